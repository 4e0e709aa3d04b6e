"""python tools/test.py COUNTS PATH...: pytest on the sources, for tools/test.sh.

COUNTS gets one line: tests passed, tests failed (errors included), tests skipped.
"""

import sys
from collections import Counter
from pathlib import Path

import pytest


class Counts:
    """Counts outcomes: a test's call, or its set-up or tear-down where that decided."""

    def __init__(self):
        self.outcomes = Counter()

    def pytest_runtest_logreport(self, report):
        if report.when == "call" or not report.passed:
            self.outcomes[report.outcome] += 1


counts = Counts()
# from the root, so that a failed test is reported with its file, which may share its name
options = ["-q", "-c", "python/pyproject.toml", "--rootdir", "."]
status = pytest.main([*options, *sys.argv[2:]], plugins=[counts])
line = " ".join(str(counts.outcomes[outcome]) for outcome in ("passed", "failed", "skipped"))
Path(sys.argv[1]).write_text(line + "\n")
sys.exit(status)
