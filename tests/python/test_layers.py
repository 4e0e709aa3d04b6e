"""Imports point one way: a layer knows those below it, and none above."""

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "python" / "nnfit"


def listed():
    """Read the layers, from the ground up, in CONTRIBUTING.md."""
    text = (PACKAGE.parents[1] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.split("## The layers of the core")[1].split("\n## ")[0]
    return re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)


# The last is what stands in the folder `core` itself.
*LAYERS, _ = listed()
TOP = len(LAYERS)
BESIDE = ("estimators", "formulas", "optional", "pictures", "rlm", "tensors", "told")


def modules():
    return sorted(PACKAGE.rglob("*.py"))


def imported(path):
    """List the modules that a file imports, as paths of names from `nnfit` on."""
    here = ("nnfit", *path.relative_to(PACKAGE).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (tuple(alias.name.split(".")) for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            base = here[: len(here) - node.level + 1] if node.level else ()
            base = (*base, *(node.module.split(".") if node.module else ()))
            yield from ((*base, alias.name) for alias in node.names)


def layer(names):
    """Give the number of a module's layer in core; None: it is elsewhere."""
    if names[:2] != ("nnfit", "core"):
        return None
    return LAYERS.index(names[2]) if len(names) > 2 and names[2] in LAYERS else TOP


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path):
    mine = layer(("nnfit", *path.relative_to(PACKAGE).with_suffix("").parts))
    for names in imported(path):
        theirs = layer(names)
        if mine is not None:
            assert len(names) < 2 or names[1] not in BESIDE, names
            assert theirs is None or theirs <= mine, f"{path.name} imports {'.'.join(names)}"


def test_every_folder_of_core_is_a_layer():
    folders = {path.parent.name for path in (PACKAGE / "core").glob("*/*.py")}
    assert folders == set(LAYERS)


def test_tensors_know_nothing_of_core():
    for path in (PACKAGE / "tensors").glob("*.py"):
        assert not [names for names in imported(path) if names[:2] == ("nnfit", "core")]


def test_imports_run_in_no_circle():
    known = {
        ("nnfit", *path.relative_to(PACKAGE).with_suffix("").parts): path for path in modules()
    }
    uses = {
        name: {known_name for names in imported(path) for known_name in (names, names[:-1])
               if known_name in known and known_name != name}
        for name, path in known.items()
    }  # fmt: skip
    while uses:
        ready = [name for name, needs in uses.items() if not needs & set(uses)]
        assert ready, f"in a circle: {['.'.join(name) for name in uses]}"
        for name in ready:
            del uses[name]


@pytest.mark.parametrize(
    ("library", "home"), [("pyarrow", "core/data/parquet.py"), ("rpy2", "rlm.py")]
)
def test_one_file_knows_an_optional_library(library, home):
    knowing = {
        path.relative_to(PACKAGE).as_posix()
        for path in modules()
        if any(names[0] == library for names in imported(path))
    }
    assert knowing == {home}
