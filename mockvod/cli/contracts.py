"""`mockvod contracts`: what the kit knows of each action, and where the structure comes from."""

import json
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from mockvod.validators import upstream
from mockvod.validators.catalog import VERSION, Contract, UnknownAction, catalog
from mockvod.validators.compile import Member, Structure, reached

DRIFT = 3  # exit code of a check that found a difference


class Refusal(click.ClickException):
    """What was asked for cannot be done; says what to do instead, on one line."""

    exit_code = 2


@click.group()
def contracts() -> None:
    """Show what is known of each action, and renew it from the published description."""


@contracts.command("list")
def list_() -> None:
    """List all actions with how deep each is modelled."""
    known = catalog()
    for action in known.actions:
        contract = known.contract(action)
        assert contract is not None, action  # it comes from the catalogue's own list
        if contract.hand_kept:
            click.echo(f"{action:<44} by hand    {contract.mode or '':<6} {_rate(contract)}")
        else:
            click.echo(f"{action:<44} structure")
    click.echo(f"{len(known.actions)} actions, {len(known.hand_kept)} of them kept by hand")


@contracts.command()
@click.argument("action")
def show(action: str) -> None:
    """Print what is known of ACTION: members, identifiers, errors, conflicts between sources."""
    try:
        contract = catalog().require(action)
    except UnknownAction as error:
        raise Refusal(str(error)) from error
    click.echo("\n".join(_description(contract)))


@contracts.command()
@click.option("--check", is_flag=True, help="Write nothing; exit 3 when the file would change.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="The file to write or check; by default contracts/upstream/2018-07-17.json of this installation.",
)
def sync(check: bool, output: Path | None) -> None:
    """Renew the structures of all actions from the installed package tccli-intl-en."""
    package = _package()
    document = _published(package)
    text = upstream.dump(document)
    target = output or Path(str(files("mockvod.contracts") / "upstream")) / f"{VERSION}.json"
    current = target.read_text(encoding="utf-8") if target.exists() else ""
    source = f"{upstream.PACKAGE} {package.version}: {len(document['actions'])} actions, {len(document['types'])} types"
    if text == current:
        click.echo(f"unchanged  {source}")
    elif check:
        click.echo(f"differs    {source}; run `mockvod contracts sync`")
        raise click.exceptions.Exit(DRIFT)
    else:
        target.write_text(text, encoding="utf-8", newline="\n")
        click.echo(f"written    {source}")


def _package() -> Distribution:
    try:
        return distribution(upstream.PACKAGE)
    except PackageNotFoundError as error:
        raise Refusal(f"{upstream.PACKAGE} is not installed; `pip install {upstream.PACKAGE}` brings it") from error


def _published(package: Distribution) -> dict[str, Any]:
    # Read where the package lies: nothing of tccli has to be imported for a JSON file.
    place = Path(str(package.locate_file(upstream.API_FILES[VERSION])))
    try:
        api = json.loads(place.read_text(encoding="utf-8"))
        return upstream.convert(api, package_version=package.version)
    except (OSError, ValueError) as error:
        raise Refusal(f"{upstream.PACKAGE} {package.version} cannot be read: {error}") from error


def _description(contract: Contract) -> Iterator[str]:
    depth = "kept by hand" if contract.hand_kept else "structure only"
    yield f"{contract.action}  (version {VERSION}, {depth})"
    if contract.summary:
        yield contract.summary
    for name, value in _facts(contract):
        yield f"  {name:<12} {value}"
    yield from _section("Request (* required)", contract.request, "required")
    for structure in reached(contract.request, contract.types):
        yield from _section(structure.name, structure, "required")
    yield from _section("Response (* published as always answered)", contract.response, "output_required")
    yield from _listed("Errors", contract.error_codes)
    yield from _conflicts(contract)
    yield from _listed("Not modelled", contract.not_modelled)


def _facts(contract: Contract) -> Iterator[tuple[str, str]]:
    if contract.mode:
        yield "mode", contract.mode
    if contract.rate:
        yield "rate", _rate(contract)
    if contract.concurrency:
        yield "concurrency", f"{contract.concurrency} at a time"
    if contract.identifier:
        yield "identifier", f"{contract.identifier} {contract.identifier_pattern}"
    if contract.task_type:
        yield "task", f"TaskType {contract.task_type}, result in {contract.result_field}"
    if contract.event_type:
        yield "event", f"EventType {contract.event_type}, content in {contract.event_field}"


def _section(title: str, structure: Structure, flag: str) -> Iterator[str]:
    yield f"\n{title}"
    for member in structure.members:
        mark = "*" if getattr(member, flag) else " "
        yield f"  {mark} {member.name:<28} {_type(member)}"


def _type(member: Member) -> str:
    return f"list of {member.type}" if member.list else member.type


def _conflicts(contract: Contract) -> Iterator[str]:
    conflicts = contract.document.get("conflicts", ())
    if conflicts:
        yield "\nConflicts between sources"
    for each in conflicts:
        yield f"  {each['id']} ({each['member']}): {' / '.join(side['says'] for side in each['sides'])}"
        yield f"    strict: {each['strict']}; lenient: {each['lenient']}"


def _listed(title: str, lines: tuple[str, ...]) -> Iterator[str]:
    if lines:
        yield f"\n{title}"
        yield from (f"  {line}" for line in lines)


def _rate(contract: Contract) -> str:
    return f"{contract.rate}/s" if contract.rate else ""
