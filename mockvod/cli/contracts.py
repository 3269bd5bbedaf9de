"""`mockvod contracts`: shows, exports and renews what is known about each action."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from mockvod.cli.describe import description, line
from mockvod.validators.contracts import drift, export, upstream
from mockvod.validators.contracts.catalog import VERSION, Contract, UnknownAction, catalog
from mockvod.validators.contracts.documents import ContractFileError, read

DRIFT = 3  # exit code of a check that found a difference


class Refusal(click.ClickException):
    """The command cannot do what was asked; the message says why on one line, and what to do instead."""

    exit_code = 2


@click.group()
def contracts() -> None:
    """Show what is known about each action, and renew it from the published description."""


@contracts.command("list")
def list_() -> None:
    """List all actions, and how deeply each is modelled."""
    known = catalog()
    for action in known.actions:
        click.echo(line(_contract(action)))
    click.echo(f"{len(known.actions)} actions, {len(known.hand_kept)} of them kept by hand")


@contracts.command()
@click.argument("action")
def show(action: str) -> None:
    """Print what is known about ACTION: members and limits, conditions, identifiers, errors, conflicts."""
    click.echo("\n".join(description(_contract(action))))


_EXPORTS: Mapping[str, Callable[[Iterable[Contract]], dict[str, Any]]] = {
    "jsonschema": export.json_schema,
    "openapi": export.openapi,
}


@contracts.command("export")
@click.argument("actions", metavar="[ACTION]...", nargs=-1)
@click.option("--format", "form", type=click.Choice(list(_EXPORTS)), required=True, help="The kind of document.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file instead of standard output.",
)
def export_(actions: tuple[str, ...], form: str, output: Path | None) -> None:
    """Write the contracts of the ACTIONs, or of all, as a document for other tools."""
    chosen = [_contract(each) for each in actions or catalog().actions]
    text = json.dumps(_EXPORTS[form](chosen), ensure_ascii=False, indent=1)
    if output is None:
        click.echo(text)
        return
    try:
        output.write_text(f"{text}\n", encoding="utf-8", newline="\n")
    except OSError as error:
        raise Refusal(f"{output} cannot be written: {error.strerror or error}") from error
    click.echo(f"written    {output}: {_counted(len(chosen), 'action')}")


@contracts.command("drift")
@click.option(
    "--package-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="An api.json to compare instead of that of the installed package.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="What is printed.")
def drift_(package_file: Path | None, form: str) -> None:
    """Compare the installed package tccli-intl-en with the structures of this installation. Exit 3: they differ."""
    kept = read("upstream", f"{VERSION}.json")
    published = _published(_package()) if package_file is None else _converted(package_file, "a file", "")
    changes = drift.compare(kept, published)
    before, after = (each["source"] for each in (kept, published))
    if form == "json":
        listed = [asdict(each) for each in changes]
        click.echo(json.dumps({"kept": before, "published": after, "changes": listed}, indent=2))
    else:
        for each in changes:
            click.echo(str(each))
        actions = len({each.action for each in changes})
        source = f"{after['package']} {after['package_version']}".rstrip()
        counted = f"{_counted(len(changes), 'change')} in {_counted(actions, 'action')}" if changes else "no change"
        click.echo(f"{counted} from {before['package_version']} to {source}")
    if changes:
        raise click.exceptions.Exit(DRIFT)


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
    # Read from where the package is installed, without importing tccli for a JSON file.
    place = Path(str(package.locate_file(upstream.API_FILES[VERSION])))
    return _converted(place, upstream.PACKAGE, package.version)


def _converted(place: Path, package: str, version: str) -> dict[str, Any]:
    try:
        api = json.loads(place.read_text(encoding="utf-8"))
        return upstream.convert(api, package=package, package_version=version)
    except (OSError, ValueError) as error:
        raise Refusal(f"{package} {version} cannot be read: {error}") from error


def _contract(action: str) -> Contract:
    try:
        contract = catalog().require(action)
        contract.accepts_request({})  # compiling it finds mistakes that reading does not
    except (UnknownAction, ContractFileError) as error:
        raise Refusal(str(error)) from error
    return contract


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
