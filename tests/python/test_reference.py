"""The pages of the Python package: every public name is there, and nothing is fetched."""

import importlib.util
import re

import pytest

import nnfit
from nnfit import core
from support import ROOT


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    for library in ("pdoc", "sklearn", "formulaic", "matplotlib"):
        pytest.importorskip(library, reason=f"needs {library}")
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools" / "reference.py")
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    folder = tmp_path_factory.mktemp("reference")
    reference.write(folder)
    del nnfit.__all__
    return {
        path.relative_to(folder).with_suffix("").as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*.html")
    }


def test_every_public_name_has_its_place(pages):
    for name in nnfit.PUBLIC:
        assert f'id="{name}"' in pages["nnfit"], name
    for name in core.__all__:
        assert f'id="{name}"' in pages["nnfit/core"], name
    for name in (
        "Estimator.fit",
        "Estimator.save",
        "Regressor.predict",
        "Classifier.predict_proba",
    ):
        assert f'id="{name}"' in pages["nnfit/estimators"], name


def test_options_are_written_out(pages):
    for page in ("nnfit", "nnfit/core", "nnfit/estimators"):
        assert "<strong>hidden_units</strong>" in pages[page]
    assert "**options" not in re.sub("<[^>]*>", "", pages["nnfit/estimators"])


def test_nothing_is_fetched_from_elsewhere(pages):
    for name, page in pages.items():
        assert not re.findall(r'(?:src|<link[^>]*href)="https?:', page), name
