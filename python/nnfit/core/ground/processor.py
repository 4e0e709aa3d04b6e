"""What the processor is, as far as that decides which way is quicker."""

from __future__ import annotations

import platform
import re
from functools import cache
from pathlib import Path

LISTED = Path("/proc/cpuinfo")
# As Linux lists it ("vendor_id : AuthenticAMD", then "cpu family : 26"), and as Windows names it
# ("AMD64 Family 26 Model 68 Stepping 0, AuthenticAMD").
BY_LINUX = re.compile(r"vendor_id\s*:\s*(\w+).*?cpu family\s*:\s*(\d+)", re.DOTALL)
BY_WINDOWS = re.compile(r"Family (\d+) .*, (\w+)")


@cache
def maker_and_family() -> tuple[str, int]:
    """Tell who made it and which of his families it is; ("", 0) where that is not known.

    The answer is the same in every session, where measuring would depend on what else runs.
    """
    try:
        found = BY_LINUX.search(LISTED.read_text(encoding="utf-8", errors="replace"))
        maker, family = found.groups() if found else ("", "0")
    except OSError:
        found = BY_WINDOWS.search(platform.processor())
        family, maker = found.groups() if found else ("0", "")
    return maker, int(family)
