"""Files of fits, changed at random: bytes, their number, and values within the header's JSON."""

import copy
import json

# what a stranger may put in the place of a value
STRANGE = [
    None, True, 0, -1, 1, 2, 3.5, 2**31, 2**53, 2**63, -(2**63), 10**24, 1e308, -1e308, "", "a",
    "$tensor", "F64", "mse", "system", "\x00", "\ud7ff", [], {}, [[]], [None], [0, 0], [1, 2, 3],
    {"a": 1}, {"$tensor": "x"},
    {"$number": "nan"}, {"$number": "inf"}, {"$number": 1}, {"$pairs": []}, {"$pairs": [["a", 1]]},
    {"$r": "language", "value": []}, {"$r": "symbol", "name": "system"},
    {"$r": "environment", "id": 99},
    {"$r": "language", "value": [{"$r": "symbol", "name": "system"}, "touch hacked"]},
    {"call": "system", "args": [{"value": "touch hacked"}], "names": [None]}, {"column": "no such"},
    "x" * 1000, list(range(100)),
]  # fmt: skip


def split(data):
    """Take a file apart: its header with the texts in it read too, and the bytes of the arrays."""
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    texts = header["__metadata__"]
    for name in ("fit", "formula", "r"):
        if name in texts:
            texts[name] = json.loads(texts[name])
    return header, data[8 + length :]


def join(header, rest):
    """Put it together again."""
    header = dict(header)
    texts = header.get("__metadata__")
    if isinstance(texts, dict):
        header["__metadata__"] = {
            name: json.dumps(one) if name in ("fit", "formula", "r") else one
            for name, one in texts.items()
        }
    text = json.dumps(header).encode("utf-8", "surrogatepass")
    return len(text).to_bytes(8, "little") + text + rest


def places(tree, path=()):
    """List the ways to every value."""
    yield path
    inner = tree.items() if isinstance(tree, dict) else ()
    for name, one in enumerate(tree) if isinstance(tree, list) else inner:
        yield from places(one, (*path, name))


def mutated(data, rng):
    """Change a file, by numpy's generator."""
    return CHANGES[rng.integers(len(CHANGES))](data, rng)


def _bytes(data, rng):
    data = bytearray(data)
    for _ in range(rng.integers(1, 6)):
        data[rng.integers(len(data))] = rng.integers(256)
    return bytes(data)


def _header_bytes(data, rng):
    data = bytearray(data)
    length = int.from_bytes(data[:8], "little")
    for _ in range(rng.integers(1, 4)):
        data[rng.integers(8 + length)] = rng.integers(256)
    return bytes(data)


def _shorter(data, rng):
    return data[: rng.integers(len(data))]


def _other_part(data, rng):
    begin, end = sorted(rng.integers(len(data), size=2))
    return data[:begin] + data[begin:end] * int(rng.integers(0, 3)) + data[end:]


def _value(data, rng):
    header, rest = split(data)
    ways = [way for way in places(header) if way]
    for _ in range(rng.integers(1, 3)):
        way = ways[rng.integers(len(ways))]
        _change(header, way, rng)
    return join(header, rest)


def _change(tree, way, rng):
    try:
        for name in way[:-1]:
            tree = tree[name]
        kind = rng.integers(4)
        if kind == 0:
            del tree[way[-1]]
        elif kind == 1 and isinstance(tree, dict):
            tree[f"{way[-1]}x"] = tree.pop(way[-1])
        else:
            tree[way[-1]] = copy.deepcopy(STRANGE[rng.integers(len(STRANGE))])
    except (KeyError, IndexError, TypeError):
        pass  # what an earlier change took away


def _swapped(data, rng):
    header, rest = split(data)
    ways = [way for way in places(header) if way]
    one, other = (ways[rng.integers(len(ways))] for _ in range(2))
    try:
        value = header
        for name in one:
            value = value[name]
        tree = header
        for name in other[:-1]:
            tree = tree[name]
        tree[other[-1]] = copy.deepcopy(value)
    except (KeyError, IndexError, TypeError):
        pass
    return join(header, rest)


CHANGES = (_bytes, _header_bytes, _shorter, _other_part, _value, _value, _value, _swapped)
