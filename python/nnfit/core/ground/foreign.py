"""What is said of a file from elsewhere."""

from __future__ import annotations


class Unreadable(Exception):
    """What is wrong with a file, as the rest of a sentence that begins with its name."""
