"""`mockvod validate`: checks a request or an answer in a file against the contract of its action."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from mockvod.cli.exits import FOUND, Refusal
from mockvod.cli.files import FilePath, read_json
from mockvod.cli.options import Command
from mockvod.cli.streams import print_json
from mockvod.narrowing import is_object
from mockvod.validators.contracts.catalog import UnknownAction, catalog
from mockvod.validators.findings import Finding
from mockvod.validators.request import PROFILES, validate_request
from mockvod.validators.response import validate_response


@click.command(cls=Command)
@click.argument("action")
@click.argument("file", type=FilePath(allow_dash=True))
@click.option("--response", is_flag=True, help="FILE holds an answer, with or without its Response envelope.")
@click.option("--profile", type=click.Choice(PROFILES), default="strict", help="How a request is judged.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="What is printed.")
def validate(action: str, file: Path, response: bool, profile: str, form: str) -> None:
    """Check the JSON in FILE (- for standard input) against the contract of ACTION.

    Exit codes: 0 no error was found, 1 one was, 2 the check could not be made.
    """
    try:
        name = catalog().require(action).action
    except UnknownAction as error:
        raise Refusal(str(error)) from error
    value = _read(file)
    findings = validate_response(name, value) if response else validate_request(name, value, profile=profile)
    if form == "json":
        listed = [{key: each for key, each in asdict(finding).items() if key != "reply"} for finding in findings]
        print_json({"action": name, "findings": listed})
    else:
        click.echo("\n".join([*map(_line, findings), _summary(name, findings)]))
    if any(each.severity == "error" for each in findings):
        raise click.exceptions.Exit(FOUND)


def _read(file: Path) -> dict[str, Any]:
    value = read_json(file)
    if not is_object(value):
        name = "standard input" if str(file) == "-" else str(file)
        raise Refusal(f"{name} holds a JSON {type(value).__name__}, not an object of parameters")
    return value


def _line(finding: Finding) -> str:
    code = f" {finding.code}" if finding.code else ""
    return f"{finding.severity}{code}: {finding.message}  [{finding.evidence}]"


def _summary(action: str, findings: tuple[Finding, ...]) -> str:
    errors = sum(each.severity == "error" for each in findings)
    warnings = len(findings) - errors
    return f"{action}: {_counted(errors, 'error')}, {_counted(warnings, 'warning')}"


def _counted(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
