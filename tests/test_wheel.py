"""What is packed: the wheel holds one package with all four parts, the sdist what the wheel is built from."""

from __future__ import annotations

import tarfile
from pathlib import Path
from zipfile import ZipFile

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

from mockvod.version import __version__

ROOT = Path(__file__).resolve().parents[1]
#: Folder of the checkout -> where the wheel has it.
FOLDERS = {
    "mockvod": "mockvod",
    "contracts": "mockvod/contracts",
    "validators": "mockvod/validators",
    "fixtures": "mockvod/fixtures",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """The names inside of the wheel."""
    [path] = WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("wheel")), versions=["standard"])
    with ZipFile(path) as archive:
        return frozenset(archive.namelist())


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """The names inside of the sdist, without its own top folder."""
    [path] = SdistBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("sdist")), versions=["standard"])
    with tarfile.open(path) as archive:
        return frozenset(name.partition("/")[2] for name in archive.getnames())


def in_folder(files: list[str], folder: str) -> list[str]:
    return [path for path in files if path.startswith(f"{folder}/")]


def test_wheel_has_one_package_and_its_metadata(wheel: frozenset[str]) -> None:
    assert {name.partition("/")[0] for name in wheel} == {"mockvod", f"mockvod-{__version__}.dist-info"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_wheel_has_every_tracked_file(wheel: frozenset[str], tracked: list[str], folder: str) -> None:
    expected = {FOLDERS[folder] + path.removeprefix(folder) for path in in_folder(tracked, folder)}

    assert expected and sorted(expected - wheel) == []


@pytest.mark.parametrize(
    "name",
    [
        "mockvod/py.typed",
        "mockvod/media/assets/metadata.json",
        "mockvod/contracts/upstream/2018-07-17.json",
        "mockvod/contracts/actions/CreateAigcVideoTask.json",
        "mockvod/fixtures/golden/signatures.json",
        "mockvod/validators/__init__.py",
        f"mockvod-{__version__}.dist-info/licenses/LICENSE",
        f"mockvod-{__version__}.dist-info/entry_points.txt",
    ],
)
def test_wheel_has(wheel: frozenset[str], name: str) -> None:
    assert name in wheel


def test_wheel_has_neither_tests_nor_leftovers(wheel: frozenset[str]) -> None:
    assert [name for name in sorted(wheel) if "tests" in name.split("/") or name.endswith((".pyc", ".orig"))] == []


@pytest.mark.parametrize("folder", [*FOLDERS, "tests"])
def test_sdist_has_every_tracked_file(sdist: frozenset[str], tracked: list[str], folder: str) -> None:
    expected = set(in_folder(tracked, folder))

    assert expected and sorted(expected - sdist) == []


@pytest.mark.parametrize("name", ["README.md", "LICENSE", "pyproject.toml", "PKG-INFO"])
def test_sdist_has(sdist: frozenset[str], name: str) -> None:
    assert name in sdist


def test_wheel_of_the_sdist_is_the_same(wheel: frozenset[str], tmp_path: Path) -> None:
    """An installer that finds no wheel builds one from the sdist: nothing may get lost on the way."""
    [packed] = SdistBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with tarfile.open(packed) as archive:
        archive.extractall(tmp_path, filter="data")
    [unpacked] = (path for path in tmp_path.iterdir() if path.is_dir())
    [path] = WheelBuilder(str(unpacked)).build(directory=str(tmp_path / "dist"), versions=["standard"])

    with ZipFile(path) as archive:
        assert frozenset(archive.namelist()) == wheel
