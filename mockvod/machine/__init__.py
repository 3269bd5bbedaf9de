"""A state machine that calls a client in any order, and holds what it believes against what the mock knows.

    class Mine(VodMachine):
        def make_client(self, mock): ...
        def create(self, prompt): ...
        def look(self, key): ...

    TestMine = Mine.TestCase

It comes to what no single test was written for: a lost connection, then three days, then an event that is told twice.
What it finds it shrinks to a few steps. Raises NotInstalledError without the extra `hypothesis`.
"""

from importlib.util import find_spec

from mockvod.errors import NotInstalledError

if find_spec("hypothesis") is None:
    raise NotInstalledError("VodMachine needs Hypothesis: pip install 'mockvod[hypothesis]'")

from mockvod.machine.hooks import Belief
from mockvod.machine.rules import VodMachine

__all__ = ["Belief", "VodMachine"]
