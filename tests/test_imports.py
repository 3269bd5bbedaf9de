"""Who may import whom, what an import costs, and what every module must have."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hatchling.metadata.core import ProjectMetadata

import mockvod

ROOT = Path(__file__).resolve().parents[1]
#: Folder of the checkout -> the name that it is imported by.
PACKAGES = {"mockvod": "mockvod", "validators": "mockvod.validators", "fixtures": "mockvod.fixtures"}
#: What stands in the way of fast starts and small installations.
HEAVY = (
    "click",
    "flask",
    "granian",
    "httpx",
    "hypothesis",
    "jsonschema",
    "pytest",
    "redis",
    "requests",
    "responses",
    "waitress",
    "werkzeug",
)
MAX_LINES = 400


def module_name(path: Path) -> str:
    folder, *rest = path.relative_to(ROOT).with_suffix("").parts
    return ".".join([PACKAGES[folder], *(part for part in rest if part != "__init__")])


MODULES = {module_name(path): path for folder in PACKAGES for path in sorted((ROOT / folder).rglob("*.py"))}
TESTS = {str(path.relative_to(ROOT)): path for path in sorted((ROOT / "tests").rglob("*.py"))}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(path: Path) -> Iterator[str]:
    """Every name that the module at `path` imports, at its top, inside of functions or for type checkers only.

    ``from a import b`` counts as ``a`` and as ``a.b``, because b may be a module.
    """
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            yield node.module or ""
            yield from (f"{node.module}.{each.name}" for each in node.names)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "import_module":
            yield from (each.value for each in node.args if isinstance(each, ast.Constant))


def inside(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def offences(importers: tuple[str, ...], forbidden: tuple[str, ...], allowed: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{module} imports {name}"
        for module, path in MODULES.items()
        if inside(module, importers)
        for name in imports(path)
        if inside(name, forbidden) and not inside(name, allowed)
    ]


def parameters(modules: dict[str, Path]) -> Any:
    return pytest.mark.parametrize("path", [pytest.param(path, id=name) for name, path in modules.items()])


@pytest.mark.parametrize(
    ("importers", "forbidden", "allowed"),
    [
        pytest.param(
            ("mockvod.validators",),
            # Neither the rest of mockvod nor the libraries that only a server or a command line needs.
            ("mockvod", "click", "flask", "granian", "httptools", "responses", "uvloop", "waitress", "werkzeug"),
            ("mockvod.validators",),
            id="validators",
        ),
        pytest.param(
            ("mockvod.gateway", "mockvod.state"),
            ("mockvod.service", "mockvod.surfaces", "mockvod.cli", "mockvod.app", "mockvod.fixtures"),
            (),
            id="gateway-and-state",
        ),
        pytest.param(
            ("mockvod.service",),
            ("mockvod.surfaces", "mockvod.cli", "mockvod.gateway", "mockvod.app", "mockvod.fixtures"),
            (),
            id="service",
        ),
    ],
)
def test_layer_imports_nothing_above_it(
    importers: tuple[str, ...], forbidden: tuple[str, ...], allowed: tuple[str, ...]
) -> None:
    assert offences(importers, forbidden, allowed) == []


@pytest.mark.parametrize(
    ("package", "entry_points"),
    [
        pytest.param(
            "mockvod.surfaces",
            ("mockvod.surfaces", "mockvod.cli", "mockvod.fixtures", "mockvod.machine"),
            id="surfaces",
        ),
        pytest.param("mockvod.cli", ("mockvod.cli", "mockvod.__main__"), id="cli"),
        pytest.param("mockvod.fixtures", ("mockvod.fixtures",), id="fixtures"),
        pytest.param("mockvod.machine", ("mockvod.machine",), id="machine"),
    ],
)
def test_only_entry_points_import(package: str, entry_points: tuple[str, ...]) -> None:
    importers = {module for module, path in MODULES.items() if any(inside(name, (package,)) for name in imports(path))}
    importers -= {"mockvod"}  # its __init__ says where the public names are

    assert [module for module in sorted(importers) if not inside(module, entry_points)] == []


@parameters(MODULES | TESTS)
def test_bare_names_of_the_folders_are_not_imported(path: Path) -> None:
    assert [name for name in imports(path) if inside(name, ("contracts", "validators", "fixtures", "tests"))] == []


@pytest.mark.parametrize(
    "statement",
    [
        "from mockvod import MockVod",
        "import mockvod.validators",
        "import mockvod.fixtures",
        "import mockvod.gateway, mockvod.service.registry",
    ],
)
def test_import_is_light(statement: str) -> None:
    code = f"import sys; {statement}; print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)

    assert done.stdout == "[]\n"


def test_all_is_sorted() -> None:
    assert mockvod.__all__ == sorted(set(mockvod.__all__))


@pytest.mark.parametrize("name", mockvod.__all__)
def test_public_name_is_there(name: str) -> None:
    assert getattr(mockvod, name) is not None


@parameters(MODULES)
def test_module_is_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


@parameters(MODULES | TESTS)
def test_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(tree(path))


def test_no_machine_paths_in_the_repository(tracked: list[str]) -> None:
    # Put together here, or this file would be the first find.
    words = [b"/" + word for word in (b"work/", b"tmp/v/")] + [b".." + b"/shared"]
    found = [f"{path}: {word.decode()}" for path in tracked for word in words if word in (ROOT / path).read_bytes()]

    assert found == []


#: Distributions whose packages have another name.
PACKAGE_NAMES = {"pillow": "PIL", "jsonschema-rs": "jsonschema_rs", "tencentcloud-sdk-python-intl-en": "tencentcloud"}


def declared_packages() -> set[str]:
    """The packages of the dependencies and extras that pyproject.toml declares for users."""
    project = ProjectMetadata(str(ROOT), None).config["project"]
    extras = [each for name, extra in project["optional-dependencies"].items() if name != "test" for each in extra]
    names = [re.split("[<>=~![; ]", each)[0].lower() for each in (*project["dependencies"], *extras)]
    return {PACKAGE_NAMES.get(name, name) for name in names}


def for_type_checkers(path: Path) -> set[str]:
    """The packages that a module imports under ``if TYPE_CHECKING``, where stubs without a distribution stand."""
    blocks = [
        node for node in ast.walk(tree(path)) if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    found = [each for block in blocks for each in ast.walk(block) if isinstance(each, ast.ImportFrom)]
    return {(each.module or "").partition(".")[0] for each in found}


def test_every_imported_package_is_declared() -> None:
    """What only a dependency of a dependency brings may be gone with its next version."""
    known = {*sys.stdlib_module_names, "mockvod", *declared_packages()}

    offences = {
        f"{module} imports {package}"
        for module, path in MODULES.items()
        for package in {name.partition(".")[0] for name in imports(path)} - known
        if package not in for_type_checkers(path)
    }
    assert sorted(offences) == []


def test_every_declared_package_is_imported() -> None:
    used = {name.partition(".")[0] for path in MODULES.values() for name in imports(path)}

    assert sorted(declared_packages() - used) == []
