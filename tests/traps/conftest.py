"""Makes the clients of this folder importable, which are written as a stranger's would be: as modules of their own."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
