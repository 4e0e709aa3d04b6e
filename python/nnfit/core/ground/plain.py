"""Whole numbers as they may cross to R, whose integers have 31 bits; others would wrap around."""

from __future__ import annotations

from typing import Any

MOST = 2**31 - 1


def whole(number: int) -> int | float:
    """Give a whole number as it is, or as a float where R has no such integer."""
    return number if abs(number) <= MOST else float(number)


def plain(value: Any) -> Any:
    """Do so for a whole number, those in a list, tuple or dict; anything else is left as it is."""
    if isinstance(value, int):
        return whole(value)
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, (list, tuple)) else value
