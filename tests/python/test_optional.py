import subprocess
import sys
from pathlib import Path

import pytest

import nnfit
from nnfit.optional import needed

SOURCES = Path(nnfit.__file__).parents[1]


def test_what_is_there_is_imported():
    assert needed("json", "json", "none", "This") is sys.modules["json"]


def test_the_command_is_named_where_it_is_not():
    with pytest.raises(ImportError, match=r'This needs peach. Run: pip install "nnfit\[fruit\]"'):
        needed("no_such_peach", "peach", "fruit", "This")


WITHOUT = """
import sys
for name in ("sklearn", "formulaic", "matplotlib", "matplotlib.pyplot"):
    sys.modules[name] = None
import nnfit
from nnfit.core import fit
made = fit([[1.0], [2.0], [4.0]], [1.0, 2.0, 3.0])
calls = {
    "nnfit[sklearn]": lambda: nnfit.Regressor,
    "nnfit[formula]": lambda: nnfit.fit_formula("y ~ x", {"y": [1.0, 2.0], "x": [1.0, 2.0]}),
    "nnfit[plot]": lambda: nnfit.plot(made),
}
for extra, call in calls.items():
    try:
        call()
    except ImportError as error:
        assert f'pip install "{extra}"' in str(error), error
    else:
        raise AssertionError(extra)
"""


def test_all_else_works_without_what_extras_bring():
    pytest.importorskip("pandas")
    subprocess.run([sys.executable, "-c", WITHOUT], check=True, cwd=SOURCES)
