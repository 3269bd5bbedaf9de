"""Who may import whom, what an import costs, and what every package and module must have.

`MAY_IMPORT` has a line for each package: whoever needs a new direction adds it there, where a reviewer sees it. What no
line may allow is said a second time by `test_layer_imports_nothing_above_it` and `test_only_entry_points_import`.
"""

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
    "httptools",
    "httpx",
    "hypothesis",
    "jsonschema",
    "pytest",
    "redis",
    "requests",
    "responses",
    "uvloop",
    "werkzeug",
)
MAX_LINES = 400
#: Modules of a package beside its __init__. About fifteen can be taken in at a glance.
MAX_MODULES = 18

#: What every package of the server may import besides: values and helpers that know nothing of it, and the validators,
#: but for the strategies, which need Hypothesis.
FOUNDATION = (
    "mockvod.clock",
    "mockvod.errors",
    "mockvod.http",
    "mockvod.ids",
    "mockvod.narrowing",
    "mockvod.settings",
    "mockvod.version",
    "mockvod.validators",
    "mockvod.validators.contracts",
    "mockvod.validators.signature",
)
#: Package, or module that stands in none -> the packages, or single modules of them, that it may import besides itself
#: and FOUNDATION, which only what is in FOUNDATION itself has to list. A package does not stand for those inside of it.
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    # Foundation. Each knows the one before it, at most.
    "mockvod.validators": ("mockvod.validators.contracts", "mockvod.validators.signature"),
    "mockvod.validators.contracts": ("mockvod.validators",),
    "mockvod.validators.signature": ("mockvod.validators",),
    "mockvod.clock": (),
    "mockvod.http": (),
    "mockvod.ids": (),
    "mockvod.narrowing": (),
    "mockvod.version": (),
    "mockvod.log": (),
    "mockvod.certificates": (),
    "mockvod.errors": ("mockvod.validators",),
    "mockvod.settings": ("mockvod.errors", "mockvod.narrowing"),
    # Strategies, beside the server.
    "mockvod.validators.strategies": (
        "mockvod.validators.errors",
        "mockvod.validators.strategies.answers",
        "mockvod.validators.strategies.calls",
        "mockvod.validators.strategies.requests",
    ),
    "mockvod.validators.strategies.answers": (
        "mockvod.validators.contracts",
        "mockvod.validators.replies",
        "mockvod.validators.strategies",
        "mockvod.validators.strategies.requests",
    ),
    "mockvod.validators.strategies.calls": (
        "mockvod.validators.contracts",
        "mockvod.validators.signature",
        "mockvod.validators.strategies",
        "mockvod.validators.strategies.requests",
    ),
    "mockvod.validators.strategies.requests": (
        "mockvod.validators",
        "mockvod.validators.contracts",
        "mockvod.validators.strategies",
        "mockvod.validators.strategies.answers.identifiers",
    ),
    # What knows no service.
    "mockvod.state": (),
    "mockvod.media": (),
    "mockvod.billing": ("mockvod.media",),
    "mockvod.gateway": ("mockvod.call.admitted",),
    "mockvod.faults": ("mockvod.call.admitted", "mockvod.call.outcome", "mockvod.gateway"),
    "mockvod.history": ("mockvod.call.journal",),
    # The service. Of a call it knows the values that it answers with; push and download act on Make by themselves.
    "mockvod.service": (
        "mockvod.call.outcome",
        "mockvod.service.account",
        "mockvod.service.events",
        "mockvod.service.kinds",
        "mockvod.service.media",
        "mockvod.service.tasks",
        "mockvod.state",
    ),
    "mockvod.service.account": (
        "mockvod.billing",
        "mockvod.service",
        "mockvod.service.kinds",
        "mockvod.service.media",
        "mockvod.service.tasks",
        "mockvod.state",
    ),
    "mockvod.service.events": (
        "mockvod.call.drivers",
        "mockvod.call.outcome",
        "mockvod.service",
        "mockvod.service.media",
        "mockvod.service.tasks",
        "mockvod.state",
    ),
    "mockvod.service.kinds": (
        "mockvod.media",
        "mockvod.service",
        "mockvod.service.account",
        "mockvod.service.media",
        "mockvod.service.tasks",
        "mockvod.state",
    ),
    "mockvod.service.media": (
        "mockvod.call.outcome",
        "mockvod.media",
        "mockvod.service",
        "mockvod.service.events",
        "mockvod.service.kinds",
        "mockvod.service.tasks",
        "mockvod.state",
    ),
    "mockvod.service.tasks": (
        "mockvod.call.outcome",
        "mockvod.media",
        "mockvod.service",
        "mockvod.service.account",
        "mockvod.service.events",
        "mockvod.service.media",
        "mockvod.state",
    ),
    # The life of a call, from the gateway through the service to the journal.
    "mockvod.call": (
        "mockvod.faults",
        "mockvod.gateway",
        "mockvod.service",
        "mockvod.service.account",
        "mockvod.service.media",
        "mockvod.state",
    ),
    # The public object and what hangs on it.
    "mockvod.scripts": ("mockvod.service.tasks",),
    "mockvod.tasks": ("mockvod.scripts", "mockvod.service.tasks", "mockvod.state"),
    "mockvod.library": ("mockvod.service.media", "mockvod.service.tasks", "mockvod.state"),
    "mockvod.snapshots": ("mockvod.call.journal", "mockvod.faults", "mockvod.service.events", "mockvod.state"),
    "mockvod.controls": (
        "mockvod.billing",
        "mockvod.call.journal",
        "mockvod.faults",
        "mockvod.history",
        "mockvod.service.account",
        "mockvod.service.events",
        "mockvod.service.tasks",
        "mockvod.snapshots",
        "mockvod.state",
        "mockvod.tasks",
    ),
    "mockvod.app": (
        "mockvod.call",
        "mockvod.controls",
        "mockvod.faults",
        "mockvod.gateway",
        "mockvod.service.events",
        "mockvod.service.media",
        "mockvod.service.tasks",
        "mockvod.state",
        "mockvod.tasks",
    ),
    # Ways in.
    "mockvod.surfaces": (
        "mockvod.app",
        "mockvod.call.drivers",
        "mockvod.gateway.transport",
        "mockvod.service.media.bucket",
        "mockvod.surfaces.control",
    ),
    "mockvod.surfaces.control": (
        "mockvod.app",
        "mockvod.billing",
        "mockvod.call.journal",
        "mockvod.faults",
        "mockvod.library",
        "mockvod.scripts",
        "mockvod.service.events.push",
        "mockvod.service.events.receivers",
        "mockvod.snapshots",
        "mockvod.tasks",
    ),
    "mockvod.surfaces.server": ("mockvod.app", "mockvod.service.media.bucket", "mockvod.surfaces"),
    "mockvod.surfaces.intercept": ("mockvod.app", "mockvod.surfaces.effects", "mockvod.surfaces.flask_app"),
    # What tests whole clients. The oracle of the machine compares with what the service itself knows.
    "mockvod.traps": ("mockvod.app", "mockvod.call.journal", "mockvod.history", "mockvod.scripts"),
    "mockvod.machine": (
        "mockvod.app",
        "mockvod.history",
        "mockvod.scripts",
        "mockvod.service.events",
        "mockvod.service.media",
        "mockvod.service.tasks",
        "mockvod.surfaces.intercept",
        "mockvod.tasks",
    ),
    # Entry points.
    "mockvod": ("mockvod.app", "mockvod.call.journal", "mockvod.surfaces.intercept"),
    "mockvod.__main__": ("mockvod.cli",),
    "mockvod.cli": (
        "mockvod.app",
        "mockvod.certificates",
        "mockvod.log",
        "mockvod.state",
        "mockvod.surfaces.server",
    ),
    "mockvod.fixtures": (
        "mockvod.app",
        "mockvod.call.journal",
        "mockvod.certificates",
        "mockvod.history",
        "mockvod.surfaces",
        "mockvod.surfaces.intercept",
        "mockvod.surfaces.server",
        "mockvod.traps",
    ),
}
#: Packages whose tests are not in the folder of the same path.
TESTED_ELSEWHERE = {
    "mockvod.traps": "tests/traps",  # beside the clients that fall into them, which fixtures/README.md shows
    "mockvod.validators.strategies.answers": "tests/validators/strategies",  # by the strategies that users see
    "mockvod.validators.strategies.calls": "tests/validators/strategies",
    "mockvod.validators.strategies.requests": "tests/validators/strategies",
}


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
        for names in named(node):
            yield from names


def named(node: ast.AST) -> Iterator[tuple[str, ...]]:
    """The names that one statement or call imports, each with what it may be short for."""
    if isinstance(node, ast.Import):
        yield from ((each.name,) for each in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0 and node.module, f"line {node.lineno}: relative import"
        yield from ((f"{node.module}.{each.name}", node.module) for each in node.names)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "import_module":
        yield from ((each.value,) for each in node.args if isinstance(each, ast.Constant))


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


def unit(name: str) -> str:
    """The package that a module stands in; the module itself where that is mockvod alone."""
    if MODULES[name].name == "__init__.py":
        return name
    package = name.rpartition(".")[0]
    return name if package == "mockvod" else package


def imported_modules(path: Path) -> set[str]:
    """The modules of ours that the module at `path` imports; a package only where a name of its __init__ is meant."""
    return {name for node in ast.walk(tree(path)) for name in named_modules(node)}


def named_modules(node: ast.AST) -> Iterator[str]:
    for names in named(node):
        # `from a import b` names a.b, then a: where b is a module, a is not meant.
        yield from [name for name in names if name in MODULES][:1]


def edges(package: str) -> Iterator[tuple[str, str]]:
    """Each module of the package, and a module outside of it that it imports."""
    for module, path in MODULES.items():
        if unit(module) == package:
            yield from ((module, target) for target in sorted(imported_modules(path)) if unit(target) != package)


def parameters(modules: dict[str, Path]) -> Any:
    return pytest.mark.parametrize("path", [pytest.param(path, id=name) for name, path in modules.items()])


def test_every_package_has_its_line() -> None:
    assert sorted(MAY_IMPORT) == sorted({unit(module) for module in MODULES})


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_package_imports_what_it_may(package: str) -> None:
    allowed = {*MAY_IMPORT[package], *(() if inside(package, FOUNDATION) else FOUNDATION)}

    assert [
        f"{module} imports {target}" for module, target in edges(package) if not {target, unit(target)} & allowed
    ] == []


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_nothing_is_allowed_that_nobody_needs(package: str) -> None:
    used = {name for _, target in edges(package) for name in (target, unit(target))}

    assert [allowed for allowed in MAY_IMPORT[package] if allowed not in used] == []


def test_modules_import_each_other_in_no_circle() -> None:
    """At their tops, that is: what is imported inside of a function or for type checkers comes later, or never."""
    waiting = {
        module: {
            each
            for node in tree(path).body
            if isinstance(node, ast.Import | ast.ImportFrom)
            for each in named_modules(node)
            if each != module
        }
        for module, path in MODULES.items()
    }
    while ready := [module for module, needed in waiting.items() if not needed & waiting.keys()]:
        for module in ready:
            del waiting[module]

    assert waiting == {}


@pytest.mark.parametrize(
    ("importers", "forbidden", "allowed"),
    [
        pytest.param(
            ("mockvod.validators",),
            # Neither the rest of mockvod nor the libraries that only a server or a command line needs.
            ("mockvod", "click", "flask", "httptools", "responses", "uvloop", "werkzeug"),
            ("mockvod.validators",),
            id="validators",
        ),
        pytest.param(
            ("mockvod.gateway", "mockvod.state", "mockvod.billing", "mockvod.media", "mockvod.faults"),
            ("mockvod.service", "mockvod.surfaces", "mockvod.cli", "mockvod.app", "mockvod.fixtures"),
            (),
            id="what-knows-no-service",
        ),
        pytest.param(
            ("mockvod.service",),
            (
                "mockvod.app",
                "mockvod.call.journal",
                "mockvod.call.life",
                "mockvod.cli",
                "mockvod.fixtures",
                "mockvod.gateway",
                "mockvod.history",
                "mockvod.surfaces",
            ),
            (),
            id="service",
        ),
        pytest.param(
            ("mockvod.call.admitted", "mockvod.call.outcome"),
            ("mockvod.call", "mockvod.faults", "mockvod.gateway", "mockvod.service", "mockvod.state"),
            (),
            id="values-of-a-call",
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
        pytest.param("mockvod.traps", ("mockvod.traps", "mockvod.fixtures"), id="traps"),
        pytest.param(
            "mockvod.history",
            ("mockvod.history", "mockvod.controls", "mockvod.fixtures", "mockvod.machine", "mockvod.traps"),
            id="history",
        ),
        pytest.param("mockvod.validators.strategies", ("mockvod.validators.strategies",), id="strategies"),
    ],
)
def test_only_entry_points_import(package: str, entry_points: tuple[str, ...]) -> None:
    importers = {module for module, path in MODULES.items() if any(inside(name, (package,)) for name in imports(path))}
    importers -= {"mockvod"}  # its __init__ says where the public names are

    assert [module for module in sorted(importers) if not inside(module, entry_points)] == []


def test_private_names_stay_in_their_module() -> None:
    assert [
        f"{module} imports {name}"
        for module, path in MODULES.items()
        for name in imports(path)
        if inside(name, ("mockvod",)) and re.fullmatch("_[^_].*", name.rpartition(".")[2])
    ] == []


def opened_tables(path: Path) -> list[str]:
    """The names of the store's tables that a module opens."""
    return [
        ast.literal_eval(node.args[0])
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("Table", "json_table")
        and isinstance(node.args[0], ast.Constant)
    ]


def test_every_table_has_one_owner() -> None:
    opened = [table for path in MODULES.values() for table in opened_tables(path)]

    assert [table for table in sorted(set(opened)) if opened.count(table) > 1] == []


def test_only_the_book_touches_the_tasks() -> None:
    """Neither their table nor the lists of them: what the book shares is functions, and it has no public table."""
    owners = [module for module, path in MODULES.items() if "tasks" in opened_tables(path)]
    texts = {
        module
        for module, path in MODULES.items()
        if inside(module, ("mockvod.service", "mockvod.call", "mockvod.state"))
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.match("tasks(/|$)", node.value)
    }

    assert owners == ["mockvod.service.tasks.book"]
    assert texts == {"mockvod.service.tasks.book"}


@pytest.mark.parametrize("package", sorted({unit(module) for module in MODULES}))
def test_package_can_be_taken_in_at_a_glance(package: str) -> None:
    modules = [module for module in MODULES if unit(module) == package != module]

    assert len(modules) <= MAX_MODULES


def test_tests_mirror_packages() -> None:
    packages = [module for module, path in MODULES.items() if path.name == "__init__.py"]
    folders = {package: TESTED_ELSEWHERE.get(package, folder_of_tests(package)) for package in packages}

    assert [f"{package}: {folder}" for package, folder in folders.items() if not has_tests(folder)] == []


def test_packages_mirror_tests() -> None:
    mirrored = {folder_of_tests(module) for module, path in MODULES.items() if path.name == "__init__.py"}
    folders = {name.rpartition("/")[0] for name in TESTS if re.match("tests/(mockvod|validators|fixtures)/", name)}

    assert [folder for folder in sorted(folders) if has_tests(folder) and folder not in mirrored] == []


def test_no_exception_is_named_in_vain() -> None:
    assert [package for package in TESTED_ELSEWHERE if has_tests(folder_of_tests(package))] == []


def folder_of_tests(package: str) -> str:
    return "/".join(["tests", *MODULES[package].parent.relative_to(ROOT).parts])


def has_tests(folder: str) -> bool:
    return any((ROOT / folder).glob("test_*.py"))


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


def test_every_imported_package_is_declared() -> None:
    """What only a dependency of a dependency brings may be gone with its next version."""
    # Type checkers themselves bring `_typeshed`, for imports under ``if TYPE_CHECKING``.
    known = {*sys.stdlib_module_names, "_typeshed", "mockvod", *declared_packages()}

    offences = {
        f"{module} imports {package}"
        for module, path in MODULES.items()
        for package in {name.partition(".")[0] for name in imports(path)} - known
    }
    assert sorted(offences) == []


def test_every_declared_package_is_imported() -> None:
    used = {name.partition(".")[0] for path in MODULES.values() for name in imports(path)}

    assert sorted(declared_packages() - used) == []
