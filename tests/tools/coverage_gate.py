"""Joins what the processes of a test run have measured, reports it, and fails below the threshold of pyproject.toml.

    coverage run -m pytest -n auto
    python tests/tools/coverage_gate.py

The threshold is held twice: against lines and branches together, as `coverage report` counts, and against branches alone,
which fewer tests reach. Exit code 2: too few are reached; 1: nothing was measured.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import coverage

TOO_FEW = 2


def run(*arguments: str) -> int:
    return subprocess.run([sys.executable, "-m", "coverage", *arguments], check=False).returncode


def main() -> int:
    if status := run("combine", "--quiet"):
        return status
    status = run("report", "--skip-covered", "--show-missing")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "coverage.json")
        # Judged here: the command would apply the threshold again.
        run("json", "--quiet", "--fail-under=0", "-o", str(path))
        totals = json.loads(path.read_text())["totals"]
    least = coverage.Coverage().get_option("report:fail_under")
    assert isinstance(least, int | float)
    branches = totals["covered_branches"], totals["num_branches"]
    percent = 100 * branches[0] / branches[1]
    print(f"branches alone: {branches[0]} of {branches[1]}, {percent:.2f} % ({least:g} % are wanted)")
    return status or (TOO_FEW if percent < least else 0)


if __name__ == "__main__":
    sys.exit(main())
