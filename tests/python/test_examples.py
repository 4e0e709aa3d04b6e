"""The examples run as they stand, and say what the published programs printed."""

import runpy
import warnings
from pathlib import Path

import numpy as np
import pytest

from support import read_fixture

EXAMPLES = Path(__file__).parents[2] / "python" / "examples"


def run(name):
    return runpy.run_path(str(EXAMPLES / name))


def test_every_example_is_run_here():
    names = {path.name for path in EXAMPLES.iterdir() if path.is_file()}
    assert names == {"from_lm_to_a_network.py", "two_layer.ipynb", "two_layer_network.py"}


@pytest.fixture(scope="module")
def lm_story():
    pytest.importorskip("rpy2.robjects", reason="needs R and rpy2", exc_type=Exception)
    pytest.importorskip("pandas")
    return run("from_lm_to_a_network.py")


def test_lm_and_torch_agree(lm_story):
    estimates = lm_story["line"]["estimate"]
    np.testing.assert_allclose(estimates, [-17.3047855, 0.5367719], rtol=1e-6)
    np.testing.assert_allclose(lm_story["compared"]["nn_estimate"], estimates, rtol=1e-8)


def test_one_step_by_differences_and_the_exact_gradient(lm_story):
    assert float(lm_story["first_loss"]) == pytest.approx(1763.8846, rel=1e-6)
    assert float(lm_story["w"]) == pytest.approx(-44.1730, rel=1e-5)
    # b comes from differences of losses in the millions: float32 rounds it in steps of 0.025.
    assert float(lm_story["b"]) == pytest.approx(46.0250, abs=0.06)
    np.testing.assert_allclose(lm_story["gradient"], [4517.2969, 82.6], rtol=1e-6)


def test_the_loop_diverges_on_raw_inputs_and_arrives_on_smaller_ones(lm_story):
    assert not np.isfinite(lm_story["diverging"][-1])
    losses = [lm_story["losses"][epoch - 1] for epoch in [1, 2, 3, 10, 11, 99, 100, 4000, 5000]]
    published = [
        80.364342, 37.574917, 30.871077, 29.030487, 28.941875, 22.214186, 22.148710, 2.927680,
        2.927648,
    ]  # fmt: skip
    np.testing.assert_allclose(losses, published, rtol=1e-6)
    np.testing.assert_allclose(lm_story["by_hand"], [5.3671, -17.3012], rtol=1e-5)
    assert lm_story["gap"] < 1e-5


def test_the_network_has_13_units_and_bends(lm_story):
    sizes = [value.size for value in lm_story["network"]["parameters"].values()]
    assert sizes == [13, 13, 13, 1]
    assert lm_story["history"]["train_loss"][-1] < lm_story["line"].attrs["mse"]


def test_both_two_layer_loops_give_the_published_losses(capsys):
    story = run("two_layer_network.py")
    published = np.array([float(row[1]) for row in read_fixture("two-layer-loss.csv")])
    # The published losses have 3 digits.
    np.testing.assert_allclose(story["losses"], published, rtol=0.01)
    np.testing.assert_allclose(story["result"]["history"]["train_loss"], published, rtol=0.01)
    assert "  1  628\n" in capsys.readouterr().out


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """Run the notebook as Jupyter does; gives what stands below each cell of code."""
    for library in ("nbformat", "nbclient", "ipykernel", "sklearn", "formulaic", "matplotlib"):
        pytest.importorskip(library, reason=f"needs {library}")
    import nbclient
    import nbformat

    read = nbformat.read(EXAMPLES / "two_layer.ipynb", as_version=4)
    assert all(not cell.outputs for cell in read.cells if cell.cell_type == "code")
    folder = tmp_path_factory.mktemp("notebook")
    with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
        warnings.simplefilter("ignore")  # those of Jupyter's own packages
        patch.setenv("PYTHONPATH", str(EXAMPLES.parent))
        patch.setenv("IPYTHONDIR", str(folder / "ipython"))
        client = nbclient.NotebookClient(
            read, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
        )
        client.execute()
    return [cell.outputs for cell in read.cells if cell.cell_type == "code"]


def _texts(outputs):
    return " ".join(one.get("text") or one["data"].get("text/plain", "") for one in outputs)


def test_the_notebook_runs_and_says_what_the_published_program_printed(notebook):
    said = [_texts(outputs) for outputs in notebook]
    losses = [float(one) for one in said[1].split()]
    np.testing.assert_allclose(losses[:3], [628, 585, 547], rtol=0.01)
    assert float(said[2].split("losses: ")[1].split()[0]) < 1e-3
    assert "<Fit: 101110 parameters, sgd" in said[2]


def test_the_notebook_draws_and_warns_of_nothing(notebook):
    outputs = [one for cell in notebook for one in cell]
    assert sum("image/png" in one.get("data", {}) for one in outputs) == 3
    assert not [one for one in outputs if one.get("name") == "stderr"]


def test_the_notebook_tells_flowers_apart(notebook):
    said = _texts(notebook[6])
    assert int(said.split("right: ")[1].split("%")[0]) >= 89  # of 38 flowers 4 may be wrong
    assert "array([" in said
