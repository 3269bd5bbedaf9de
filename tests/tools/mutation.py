"""Changes the code in small ways, one at a time, and reports which changes no test notices.

    python tests/tools/mutation.py                            all that [tool.mutmut] in pyproject.toml names
    python tests/tools/mutation.py 'mockvod.gateway.*'        only the mutants whose names fit
    python tests/tools/mutation.py --left --brief 'mockvod.gateway.*' --tests tests/mockvod/gateway tests/mockvod/call

mutmut does the work (`pip install mutmut`, 3.8; it is no part of CI). It tells the active mutant by the name of its
module, as the file's path gives it, so it has to see the packages as a wheel lays them out, where validators/ lies inside
of mockvod/. The script makes such a copy of what git tracks under build/mutation/, which keeps the results. `--left` goes
on where a run was stopped, and tries those again that lived; `mutmut show NAME`, from there, shows a single mutant.

How long it takes: there are some 5,000 mutants. Before the first, all tests run twice. After that, two processes on two
shared cores tried 1 to 1.5 a second with the tests that pyproject.toml names, and 3 to 7 with those of the package itself
(`--tests`), because every mutant begins with a collection of its tests. So go package by package, in pieces of some
minutes. Mutants of call/drivers.py that never end take half a minute each.

What no run proves: mutmut changes nothing outside of functions, and no function with a decorator such as `@property` or
`@cache`. Mutants are tried in forks of the process that has run all tests, so that what is cached for ever (`@cache`, made
files) is made by the code as it was: a mutant that lives there may be one that a new process would notice.

Which mutants live, and why they may, is in mutation_survivors.md, with the figures of the last run.

Exit code 1: fewer were killed than `--least` wants.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COPY = ROOT / "build" / "mutation"
#: What a wheel carries inside of the package; see pyproject.toml.
INSIDE = ("contracts", "validators", "fixtures")
#: What mutmut notes down for a mutant; see status_by_exit_code in mutmut/stats.py, version 3.8.
KILLED, SURVIVED, UNTESTED, IGNORED = (1, 3), 0, (5, 33), (34, 37)
TIMED_OUT = (-24, -14, 24, 36, 152, 255)


def lay_out(tests: Sequence[str]) -> None:
    """Copies what git tracks, as a wheel lays it out; files that have not changed keep their times.

    Where `tests` are given, they stand in for those that [tool.mutmut] names.
    """
    configuration = COPY / "pyproject.toml"
    before = configuration.read_text() if configuration.exists() else ""
    done = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    wanted = set()
    for name in filter(None, done.stdout.split("\0")):
        source, path = ROOT / name, Path(name)
        if not source.is_file() or path.parts[0] not in (*INSIDE, "mockvod", "tests", "pyproject.toml"):
            continue
        target = COPY / ("mockvod" / path if path.parts[0] in INSIDE else path)
        wanted.add(target)
        if not target.exists() or target.read_bytes() != source.read_bytes():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    if tests:
        listed = "".join(f'    "{each}",\n' for each in tests)
        key = "pytest_add_cli_args_test_selection"
        text = re.sub(
            rf"^{key} = \[.*?^\]", f"{key} = [\n{listed}]", configuration.read_text(), flags=re.MULTILINE | re.DOTALL
        )
        configuration.write_text(text)
    if configuration.read_text() != before:
        # It has which tests reach a function. With others, mutmut would throw all results away that it has; without it,
        # it looks again which do, and keeps them.
        (COPY / "mutants" / "mutmut-stats.json").unlink(missing_ok=True)
    for folder in ("mockvod", "tests"):
        for old in (COPY / folder).rglob("*"):
            if old.is_file() and old not in wanted and "__pycache__" not in old.parts:
                old.unlink()


def exit_codes() -> dict[str, int | None]:
    """What mutmut has noted down for each mutant; None for one that was not tried."""
    codes: dict[str, int | None] = {}
    for path in sorted((COPY / "mutants").rglob("*.meta")):
        codes |= json.loads(path.read_text())["exit_code_by_key"]
    return codes


def left(names: Sequence[str]) -> list[str]:
    """The mutants that fit one of the patterns and were not tried, or not noticed when they were."""
    codes = exit_codes()
    wanted = [name for name, code in codes.items() if any(fnmatch(name, each) for each in names or ["*"])]
    return [name for name in wanted if codes[name] is None or codes[name] == SURVIVED or codes[name] in UNTESTED]


def outcomes(names: Sequence[str] = ()) -> dict[str, str]:
    """What became of each mutant that was tried and fits one of the patterns."""
    found = {}
    for name, code in exit_codes().items():
        if names and not any(fnmatch(name, each) for each in names):
            continue
        if code in KILLED:
            found[name] = "killed"
        elif code in TIMED_OUT:
            found[name] = "timed out"
        elif code == SURVIVED:
            found[name] = "survived"
        elif code in UNTESTED:
            found[name] = "untested"
        elif code is not None and code not in IGNORED:
            found[name] = f"ended with {code}"
    return found


def package_of(name: str) -> str:
    """The module of a mutant."""
    return name.rpartition(".")[0]


def report(found: dict[str, str], *, brief: bool = False) -> float:
    """Prints the counts of each module and the mutants that live; returns the percentage of those that were noticed."""
    noticed = ("killed", "timed out")
    counts = {module: Counter[str]() for module in sorted({package_of(name) for name in found})}
    for name, outcome in found.items():
        counts[package_of(name)][outcome] += 1
    print(f"{'module':50} {'mutants':>8} {'killed':>8} {'alive':>8} {'percent':>8}")
    for module, count in [*counts.items(), ("all", sum(counts.values(), Counter()))]:
        killed = sum(count[each] for each in noticed)
        print(
            f"{module:50} {count.total():8} {killed:8} {count.total() - killed:8} {100 * killed / count.total():8.1f}"
        )
    for name, outcome in found.items():
        if outcome not in noticed and not brief:
            print(f"\n{outcome}: ", end="", flush=True)
            subprocess.run([sys.executable, "-m", "mutmut", "show", name], cwd=COPY, check=False)
    return 100 * sum(outcome in noticed for outcome in found.values()) / len(found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="patterns of the names of mutants, such as 'mockvod.gateway.*'")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--least", type=float, default=90, help="the percentage that must be killed")
    parser.add_argument("--left", action="store_true", help="only those that were not tried yet, or lived")
    parser.add_argument("--tests", nargs="+", default=[], help="the tests to run, in place of those in pyproject.toml")
    parser.add_argument("--brief", action="store_true", help="print the counts alone")
    parser.add_argument("--report-only", action="store_true", help="print what the last runs found")
    given = parser.parse_args()
    if not given.report_only:
        lay_out(given.tests)
        names = left(given.names) if given.left and exit_codes() else given.names
        command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(given.processes), *names]
        environment = {**os.environ, "HYPOTHESIS_STORAGE_DIRECTORY": str(COPY / ".hypothesis")}
        if names or not given.left or not exit_codes():
            subprocess.run(command, cwd=COPY, env=environment, check=True)
    found = outcomes(given.names)
    if not found:
        print("no mutant was tried")
        return 1
    return 0 if report(found, brief=given.brief) >= given.least else 1


if __name__ == "__main__":
    sys.exit(main())
