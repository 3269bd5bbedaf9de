"""A contract as JSON for `mockvod contracts list` and `show`, and the part of it that concerns one model."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mockvod.validators.contracts.catalog import VERSION, Contract
from mockvod.validators.contracts.compile import Member, Structure, reached
from mockvod.validators.contracts.conditions import Condition
from mockvod.validators.contracts.rules import Rule


def listed(contract: Contract) -> dict[str, Any]:
    """What `list` tells of an action."""
    return {
        "action": contract.action,
        "kept_by_hand": contract.hand_kept,
        "mode": contract.mode,
        "rate": contract.rate,
        "rules": len(contract.rules),
        "conditions": sum(not each.short for each in contract.conditions),
        "models": contract.models,
    }


def record(contract: Contract) -> dict[str, Any]:
    """What `show` tells of an action."""
    conditions = contract.conditions
    return {
        "action": contract.action,
        "version": VERSION,
        "kept_by_hand": contract.hand_kept,
        "summary": contract.summary,
        "mode": contract.mode,
        "rate": contract.rate,
        "concurrency": contract.concurrency,
        "dedup": contract.dedup,
        "identifier": contract.identifier,
        "identifier_pattern": contract.identifier_pattern,
        "task_type": contract.task_type,
        "event_type": contract.event_type,
        "models": contract.models,
        "request": _structures(contract, contract.request),
        "response": _structures(contract, contract.response),
        "rules": [_rule(each) for each in contract.rules],
        "conditions": [_condition(each) for each in conditions if not each.short],
        "limits_of_models": [_condition(each) for each in conditions if each.short],
        "errors": list(contract.error_codes),
        "conflicts": list(contract.document.get("conflicts", ())),
        "not_modelled": list(contract.not_modelled),
    }


def models(contract: Contract) -> tuple[str, ...]:
    """The values of ModelName that conditions of an action depend on, in the order of the table of models."""
    return tuple(dict.fromkeys(name for each in contract.conditions for name in each.models))


def narrowed(contract: Contract, model: str) -> Contract:
    """The contract without the conditions that concern other models only."""
    others = set(models(contract)) - {model}

    def concerns(condition: Condition) -> bool:
        if condition.models:
            return model in condition.models
        # A spelling of a name that is accepted with a warning: the condition holds for every call, and says so of one.
        return not condition.short or (condition.breaks or {}).get("ModelName") not in others

    return replace(contract, conditions=tuple(filter(concerns, contract.conditions)))


def _structures(contract: Contract, top: Structure) -> dict[str, Any]:
    """The members of a structure and of all that it leads to, by the names of the structures; the first is the top."""
    return {
        each.name: {member.name: _member(member) for member in each.members}
        for each in (top, *reached(top, contract.types))
    }


def _member(member: Member) -> dict[str, Any]:
    flags = {name: True for name in ("list", "required", "nullable", "output_required") if getattr(member, name)}
    return {"type": member.type, **flags}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "member": rule.where,
        "keyword": rule.keyword,
        "value": rule.value,
        "code": rule.code,
        "severity": rule.severity,
        "lenient": rule.lenient,
        "evidence": rule.evidence,
    }


def _condition(condition: Condition) -> dict[str, Any]:
    return {
        "id": condition.id,
        "member": condition.member,
        "models": list(condition.models),
        "versions": list(condition.versions),
        "says": condition.short or condition.message,
        "code": condition.code,
        "severity": condition.severity,
        "lenient": condition.lenient,
        "evidence": condition.evidence,
    }
