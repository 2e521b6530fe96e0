"""Where the recorded answers are: read in place, never copied, and their tests skipped where they are not."""

import os
from pathlib import Path

RECORDINGS = Path(os.environ.get("ASL_CONFORMANCE") or Path(__file__).parents[3] / "shared" / "conformance")
