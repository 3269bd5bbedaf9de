"""How many requests a second the strategies make, the engine of Hypothesis included.

Prints the median of the times between two requests, as a rate, and the mean over a round::

    python tests/benchmarks/strategies.py [--rounds 5] [--requests 2000]
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
from itertools import pairwise
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from mockvod.validators.strategies import boundary_requests, broken_requests, requests

VIDEO = "CreateAigcVideoTask"
MEASURED: dict[str, st.SearchStrategy[Any]] = {
    "video requests": requests(VIDEO),
    "video requests, model given": requests(VIDEO, ModelName="Kling"),
    "video requests at a limit": boundary_requests(VIDEO),
    "video requests with a fault": broken_requests(VIDEO),
    "picture requests": requests("CreateAigcImageTask"),
    "subject requests": requests("CreateAigcSubject"),
    "ProcessMedia requests": requests("ProcessMedia"),
}


def moments(strategy: st.SearchStrategy[Any], count: int) -> list[float]:
    """When each of so many values was there."""
    found: list[float] = []

    @settings(max_examples=count, deadline=None, database=None, phases=[Phase.generate])
    @given(strategy)
    def run(value: Any) -> None:
        found.append(time.perf_counter())

    gc.collect()
    run()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=2000)
    options = parser.parse_args()
    for name, strategy in MEASURED.items():
        moments(strategy, 50)  # compiles the tables
        gaps: list[float] = []
        for _ in range(options.rounds):
            found = moments(strategy, options.requests)
            gaps += [after - before for before, after in pairwise(found)]
        print(f"{name:28} {1 / statistics.median(gaps):6.0f}/s median, {len(gaps) / sum(gaps):6.0f}/s mean")


if __name__ == "__main__":
    main()
