"""Checks JSON inside a text: members such as ElementVideoList, for which a contract file has a schema.

In JSON Schema `contentSchema` is only an annotation, so this is a step of its own, for members that are present and are
text. Findings name the place inside the text: `ElementVideoList.refer_videos.0.video_url`.
"""

import functools
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mockvod.validators.contracts.checks import Checks, validator
from mockvod.validators.contracts.compile import Path
from mockvod.validators.contracts.rules import ITEM, Rule
from mockvod.validators.findings import MAX_FINDINGS, Finding, Severity, dotted, shortened, shown
from mockvod.validators.json_values import is_array, is_object
from mockvod.validators.walk import Violation, violations

if TYPE_CHECKING:
    import jsonschema_rs


#: The characters that JSON can begin with, blanks aside: most free texts can be told from JSON by them.
_JSON_STARTS = frozenset('{["-0123456789tfn')


def content_findings(checks: Checks, params: Mapping[str, Any]) -> list[Finding] | None:
    """What is wrong with the JSON texts among the parameters.

    Returns:
        The findings; None when one of the texts is empty, because request.py has to decide whether it counts as absent.
    """
    found: list[Finding] = []
    for rule in checks.json_rules:
        for path, text in _texts(rule.path, params):
            if not text:
                return None
            if _may_be_json(rule, text) and _applies(rule, params):
                found += _findings_in(rule, checks.effect(rule), path, text)
                if len(found) > MAX_FINDINGS:
                    break
    return found


def _may_be_json(rule: Rule, text: str) -> bool:
    return not rule.options.get("if_json") or text.lstrip()[:1] in _JSON_STARTS


def _texts(path: tuple[str, ...], params: Mapping[str, Any]) -> Iterable[tuple[Path, str]]:
    """Every text that the path of a rule leads to, with its own path."""
    if len(path) == 1:
        value = params.get(path[0])
        return ((path, value),) if isinstance(value, str) else ()
    return _texts_below(path, params, ())


def _texts_below(rest: tuple[str, ...], value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if not rest:
        if isinstance(value, str):
            yield path, value
    elif rest[0] == ITEM:
        for index, each in enumerate(value if is_array(value) else ()):
            yield from _texts_below(rest[1:], each, (*path, index))
    elif is_object(value) and rest[0] in value:
        yield from _texts_below(rest[1:], value[rest[0]], (*path, rest[0]))


@dataclass(frozen=True, slots=True)
class _CompiledShape:
    """The compiled schema of a JSON text."""

    decides: "jsonschema_rs.Draft202012Validator"
    #: The paths of texts inside that hold JSON again, each with its own compiled schema.
    inner: tuple[tuple[tuple[str, ...], "_CompiledShape"], ...]

    def fits(self, value: Any) -> bool:
        try:
            if not self.decides.is_valid(value):
                return False
            return all(
                shape.fits(json.loads(text)) for path, shape in self.inner for _, text in _texts_below(path, value, ())
            )
        except (ValueError, RecursionError):  # the text is not JSON, or is nested too deep
            return False


def _compiled_shape(schema: Mapping[str, Any]) -> _CompiledShape:
    return _CompiledShape(
        validator(schema), tuple((path, _compiled_shape(inner)) for path, inner in _schemas_of_inner_json(schema, ()))
    )


def _schemas_of_inner_json(schema: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    """The schemas of JSON inside JSON that `properties` and `items` lead to, with their paths."""
    if not is_object(schema):
        return
    if schema.get("contentMediaType") == "application/json":
        yield path, schema.get("contentSchema", {})
    for name, each in schema.get("properties", {}).items():
        yield from _schemas_of_inner_json(each, (*path, name))
    yield from _schemas_of_inner_json(schema.get("items"), (*path, ITEM))


@functools.lru_cache(maxsize=512)
def _compiled(rule: Rule) -> "tuple[_CompiledShape, jsonschema_rs.Draft202012Validator | None]":
    """The compiled schema of a rule's text, and that of the parameters for which the rule applies; None for all."""
    when = rule.options.get("when")
    return _compiled_shape(rule.value), None if when is None else validator(when)


def _applies(rule: Rule, params: Mapping[str, Any]) -> bool:
    _, when = _compiled(rule)
    try:
        return when is None or when.is_valid(params)
    except ValueError:  # not a JSON value, which is reported as a violation of the structure
        return False


def _findings_in(rule: Rule, severity: Severity, path: Path, text: str) -> Iterator[Finding]:
    name = dotted(path)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        from mockvod.validators.explain import value_reply  # not needed for valid texts, which are most

        if not rule.options.get("if_json"):
            known = rule.code == "InvalidParameter"
            reply = ("parameter_json", (("name", name),)) if known else value_reply(rule.code, name, text)
            message = f"{name} is {shown(text)}, which is not JSON"
            yield Finding(name, "json", rule.code, message, severity, rule.evidence, reply)
        return
    if _compiled(rule)[0].fits(value):
        return
    from mockvod.validators.explain import value_reply

    try:
        broken = violations(rule.value, value, content=True)
    except RecursionError:
        broken = [Violation((), "depth", text, None)]
    for each in broken:
        place = dotted((*path, *each.path))
        reply = value_reply(rule.code, place, None if each.keyword == "required" else each.value)
        yield Finding(place, "json", rule.code, _message(place, each), severity, rule.evidence, reply)


def _message(place: str, violation: Violation) -> str:
    from mockvod.validators.explain import RULE_MESSAGES

    keyword = violation.keyword
    if keyword == "required":
        return f"{place}: missing in the JSON text"
    if keyword == "additionalProperties":
        return f"{place}: not known in this JSON text; leave it out"
    if keyword == "type":
        kinds = violation.limit if isinstance(violation.limit, str) else " or ".join(violation.limit)
        return f"{place} is {shown(violation.value)}, not {kinds}"
    if keyword == "contentMediaType":
        return f"{place} is {shown(violation.value)}, which is not JSON"
    if keyword in RULE_MESSAGES:
        return f"{place} is {RULE_MESSAGES[keyword](violation.value, violation.limit)}"
    return f"{place} is {shown(violation.value)}, which breaks {keyword} {shortened(json.dumps(violation.limit))}"
