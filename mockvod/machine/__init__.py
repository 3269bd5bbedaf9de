"""A Hypothesis state machine that calls a client in any order and compares what it believes with what the mock knows.

    class Mine(VodMachine):
        def make_client(self, mock): ...
        def create(self, prompt): ...
        def look(self, key): ...

    TestMine = Mine.TestCase

It reaches sequences that nobody writes a test for: a lost connection, then three days, then an event that comes twice.
Failures are shrunk to a few steps.

Importing it raises NotInstalledError without the extra `hypothesis`.
"""

from importlib.util import find_spec

from mockvod.errors import NotInstalledError

if find_spec("hypothesis") is None:
    raise NotInstalledError("VodMachine needs Hypothesis: pip install 'mockvod[hypothesis]'")

from mockvod.machine.hooks import Belief
from mockvod.machine.rules import VodMachine

__all__ = ["Belief", "VodMachine"]
