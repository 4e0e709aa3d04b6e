"""What `import nnfit` gives: at once, by name, and with types."""

import ast
import doctest
import importlib
import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

import nnfit

PACKAGE = Path(nnfit.__file__).parent
NEEDS = {"estimators": "sklearn", "formulas": "formulaic", "pictures": "matplotlib"}


def test_the_import_is_light():
    heavy = ["torch", "numpy", "sklearn", "formulaic", "matplotlib", "pandas"]
    code = f"import sys, nnfit; print([name for name in {heavy} if name in sys.modules])"
    said = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=PACKAGE.parent
    )
    assert said.stdout.strip() == "[]"


def test_every_name_is_there_and_listed():
    for name in nnfit.PUBLIC:
        library = NEEDS.get(nnfit.ELSEWHERE.get(name, "core"))
        if library is None or importlib.util.find_spec(library):
            assert getattr(nnfit, name).__doc__, name
        assert name in dir(nnfit)
    assert nnfit.core.predict is nnfit.predict
    assert not {"Any", "import_module"} & set(dir(nnfit))
    with pytest.raises(AttributeError, match="has no attribute 'nope'"):
        nnfit.nope  # noqa: B018


def test_types_know_every_name():
    """What is imported when it is asked for is also written where type checkers look."""
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    named = {alias.asname for node in block.body for alias in node.names}
    assert named == set(nnfit.PUBLIC)
    assert (PACKAGE / "py.typed").exists()


CLIENT = '''
import nnfit
from nnfit import Classifier, Regressor
from nnfit.core import fit, predict

made = fit([[1.0], [2.0]], [1.0, 2.0], hidden_units=[2], epochs=5)
reveal_type(made)  # Fit
reveal_type(predict(made, [[1.0]]))  # ndarray
reveal_type(made.history["train_loss"])  # ndarray
regressor = Regressor(8, activation="tanh").fit([[1.0], [2.0]], [1.0, 2.0])
reveal_type(regressor)  # Regressor
reveal_type(regressor.predict([[1.0]]))  # ndarray
reveal_type(regressor.fit_)  # Fit
reveal_type(Classifier().fit([[1.0]], ["a"]).predict_proba([[1.0]]))  # ndarray
reveal_type(nnfit.load("a"))  # Fit
reveal_type(nnfit.fit_formula("y ~ x", {"y": [1.0], "x": [2.0]}))  # Fit
found = nnfit.tune_formula("y ~ x", {"y": [1.0], "x": [2.0]}, penalty=nnfit.Choice(0, 1))
reveal_type(found.fit)  # Fit
reveal_type(Regressor.load("x"))  # Regressor
nnfit.nothing  # error: Module has no attribute
Regressor(hiden=3)  # error: Unexpected keyword argument
predict(made)  # error: Missing positional argument
'''  # fmt: skip


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    """Check a file of a user's as `mypy --strict` does; gives the lines that mypy says."""
    pytest.importorskip("mypy", reason="needs mypy")
    pytest.importorskip("sklearn", reason="needs scikit-learn, to tell its classes")
    folder = tmp_path_factory.mktemp("client")
    (folder / "client.py").write_text(CLIENT, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent",
         f"--cache-dir={folder}", "client.py"],
        cwd=folder, env={"MYPYPATH": str(PACKAGE.parent), "PATH": ""}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    said = {}
    for line in ran.stdout.splitlines():
        found = re.match(r"client\.py:(\d+): (.*)", line)
        if found and "defined in" not in found[2]:
            said.setdefault(int(found[1]), []).append(found[2])
    return said, ran.stdout


def test_a_users_types_are_what_the_functions_give(checked):
    said, text = checked
    for number, line in enumerate(CLIENT.splitlines(), start=1):
        wanted = line.partition("  # ")[2]
        if not wanted:
            assert number not in said, text
            continue
        assert len(said.get(number, ())) == 1, text
        assert wanted.removeprefix("error: ") in said[number][0], text


@pytest.mark.parametrize(
    ("module", "library"),
    [
        ("nnfit.core.saved.saved", "torch"),
        ("nnfit.estimators.classifier", "sklearn"),
        ("nnfit.estimators.regressor", "sklearn"),
        ("nnfit.formulas.fitted", "formulaic"),
        ("nnfit.formulas.searched", "formulaic"),
    ],
)
def test_examples_in_help_give_what_they_say(module, library):
    pytest.importorskip(library, reason=f"needs {library}")
    found = doctest.testmod(importlib.import_module(module))
    assert found.attempted and not found.failed
