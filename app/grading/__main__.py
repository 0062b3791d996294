"""The engine's command line: release, grade, doctor and environment."""

from __future__ import annotations

import sys

from app.grading.cli import main

if __name__ == "__main__":
    sys.exit(main())
