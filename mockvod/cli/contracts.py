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
from mockvod.cli.exits import DRIFT, Refusal, nearest
from mockvod.cli.files import FilePath, read_bytes, read_json, write
from mockvod.cli.options import Group
from mockvod.cli.record import listed, models, narrowed, record
from mockvod.cli.streams import print_json
from mockvod.validators.contracts import drift, export, upstream
from mockvod.validators.contracts.catalog import VERSION, Contract, UnknownAction, catalog
from mockvod.validators.contracts.documents import ContractFileError, read

TEXT_OR_JSON = click.Choice(["text", "json"])


@click.group(cls=Group)
def contracts() -> None:
    """Show what is known about each action, and renew it from the published description."""


@contracts.command("list")
@click.option("--format", "form", type=TEXT_OR_JSON, default="text", help="What is printed.")
def list_(form: str) -> None:
    """List all actions, and how deeply each is modelled."""
    known = catalog()
    found = [_contract(action) for action in known.actions]
    if form == "json":
        print_json([listed(each) for each in found])
        return
    lines = [*map(line, found), f"{len(found)} actions, {len(known.hand_kept)} of them kept by hand"]
    click.echo("\n".join(lines))


@contracts.command()
@click.argument("action")
@click.option("--model", metavar="NAME", help="Of the limits of models, only those that concern this ModelName.")
@click.option("--format", "form", type=TEXT_OR_JSON, default="text", help="What is printed.")
def show(action: str, model: str | None, form: str) -> None:
    """Print what is known about ACTION: members and limits, conditions, identifiers, errors, conflicts."""
    contract = _contract(action)
    if model is not None:
        contract = narrowed(contract, _model(contract, model))
    if form == "json":
        print_json(record(contract))
    else:
        click.echo("\n".join(description(contract)))


_EXPORTS: Mapping[str, Callable[[Iterable[Contract]], dict[str, Any]]] = {
    "jsonschema": export.json_schema,
    "openapi": export.openapi,
}


@contracts.command("export")
@click.argument("actions", metavar="[ACTION]...", nargs=-1)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(_EXPORTS)),
    required=True,
    envvar="MOCKVOD_EXPORT_FORMAT",
    help="The kind of document.",
)
@click.option(
    "-o",
    "--output",
    type=FilePath(),
    envvar="MOCKVOD_EXPORT_OUTPUT",
    help="Write to this file instead of standard output.",
)
def export_(actions: tuple[str, ...], form: str, output: Path | None) -> None:
    """Write the contracts of the ACTIONs, or of all, as a document for other tools."""
    chosen = [_contract(each) for each in actions or catalog().actions]
    document = _EXPORTS[form](chosen)
    if output is None:
        print_json(document, indent=1)
        return
    write(output, f"{json.dumps(document, ensure_ascii=False, indent=1)}\n")
    click.echo(f"written    {output}: {_counted(len(chosen), 'action')}")


@contracts.command("drift")
@click.option(
    "--package-file", type=FilePath(), help="An api.json to compare instead of that of the installed package."
)
@click.option("--format", "form", type=TEXT_OR_JSON, default="text", help="What is printed.")
def drift_(package_file: Path | None, form: str) -> None:
    """Compare the installed package tccli-intl-en with the structures of this installation. Exit 3: they differ."""
    kept = read("upstream", f"{VERSION}.json")
    published = _published(_package()) if package_file is None else _converted(package_file, str(package_file), "")
    changes = drift.compare(kept, published)
    before, after = (each["source"] for each in (kept, published))
    if form == "json":
        found = [asdict(each) for each in changes]
        print_json({"kept": before, "published": after, "changes": found})
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
    type=FilePath(),
    default=None,
    envvar="MOCKVOD_SYNC_OUTPUT",
    help="The file to write or check; by default contracts/upstream/2018-07-17.json of this installation.",
)
def sync(check: bool, output: Path | None) -> None:
    """Renew the structures of all actions from the installed package tccli-intl-en."""
    package = _package()
    document = _published(package)
    text = upstream.dump(document)
    target = output or Path(str(files("mockvod.contracts") / "upstream")) / f"{VERSION}.json"
    current = read_bytes(target).decode("utf-8", "replace") if target.is_file() else ""
    source = f"{upstream.PACKAGE} {package.version}: {len(document['actions'])} actions, {len(document['types'])} types"
    if text == current:
        click.echo(f"unchanged  {source}")
    elif check:
        click.echo(f"differs    {source}; run `mockvod contracts sync`")
        raise click.exceptions.Exit(DRIFT)
    else:
        write(target, text)
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
    api = read_json(place)
    try:
        return upstream.convert(api, package=package, package_version=version)
    except upstream.UpstreamError as error:
        raise Refusal(f"{f'{package} {version}'.rstrip()} cannot be used: {error}") from error


def _contract(action: str) -> Contract:
    try:
        contract = catalog().require(action)
        contract.accepts_request({})  # compiling it finds mistakes that reading does not
    except (UnknownAction, ContractFileError) as error:
        raise Refusal(str(error)) from error
    return contract


def _model(contract: Contract, name: str) -> str:
    known = models(contract)
    if name in known:
        return name
    if not known:
        raise Refusal(f"--model {name!r}: no limit of {contract.action} depends on the model; leave the option out")
    raise Refusal(f"--model {name!r}: did you mean {nearest(name, known)}? There are {', '.join(known)}")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
