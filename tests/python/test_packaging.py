"""The package as others get it: an sdist with its tests and licence, a wheel that works alone."""

import email
import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from support import ROOT

PROJECT = ROOT / "python"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Build both, without the network: the wheel from the sdist."""
    pytest.importorskip("build", reason="needs the package build")
    pytest.importorskip("setuptools", minversion="77", reason="needs setuptools 77")
    folder = tmp_path_factory.mktemp("packaging")
    left_out = shutil.ignore_patterns("__pycache__", "*_cache", "*.egg-info", "_snaps")
    shutil.copytree(PROJECT, folder / "python", ignore=left_out)  # which a build writes to
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, folder / "python"],
        check=True, capture_output=True,
    )  # fmt: skip
    return next(folder.glob("*.tar.gz")), next(folder.glob("*.whl"))


def packed():
    """List what the package has: modules, tables, the mark of its types."""
    files = (path for path in (PROJECT / "nnfit").rglob("*") if path.is_file())
    return {
        path.relative_to(PROJECT).as_posix() for path in files
        if path.suffix in (".py", ".csv", ".typed")
    }  # fmt: skip


def test_the_sdist_has_sources_tests_and_licence(built):
    with tarfile.open(built[0]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert packed() | {"LICENSE", "README.md", "pyproject.toml"} <= names
    tests = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests/python").rglob("*.py")}
    assert tests <= names
    assert {f"tests/testthat/fixtures/{name}" for name in ("iris.csv", "mtcars.csv")} <= names
    assert not [name for name in names if "__pycache__" in name or name.endswith(".R")]


def test_the_wheel_has_the_package_alone(built):
    with zipfile.ZipFile(built[1]) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        found = next(name for name in archive.namelist() if name.endswith("/METADATA"))
        metadata = email.message_from_bytes(archive.read(found))
        licences = [name for name in archive.namelist() if name.endswith("licenses/LICENSE")]
    assert names == packed()
    assert len(licences) == 1
    assert metadata["License-Expression"] == "MIT"
    assert metadata["License-File"] == "LICENSE"
    assert "Homepage, https://" in metadata["Project-URL"]
    assert "Typing :: Typed" in metadata.get_all("Classifier")
    extras = {"formula", "onnx", "parquet", "plot", "r", "sklearn", "test"}
    assert set(metadata.get_all("Provides-Extra")) == extras


def test_every_classifier_is_one():
    known = pytest.importorskip("trove_classifiers", reason="needs trove-classifiers").classifiers
    text = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    block = text.partition("classifiers = [")[2].partition("]")[0]
    listed = [line.strip().strip('",') for line in block.strip().splitlines()]
    assert listed and set(listed) <= set(known)


USED = """
import nnfit, sys
assert nnfit.__file__.startswith(sys.prefix), nnfit.__file__
from nnfit.core import fit, predict
line = fit([[1.0], [2.0], [4.0]], [1.0, 2.0, 4.0])
print(round(float(predict(line, [[3.0]])[0, 0]), 6))
try:
    import sklearn
except ImportError:
    pass
else:
    print(nnfit.Regressor().fit([[1.0], [2.0], [4.0]], [1.0, 2.0, 4.0]).predict([[3.0]]).round(6))
"""


def test_the_wheel_works_where_it_is_installed(built, tmp_path):
    venv.create(tmp_path / "venv", with_pip=False)
    python = tmp_path / "venv" / "bin" / "python"
    site = next((tmp_path / "venv" / "lib").glob("python*/site-packages"))
    # torch and the others are those of this Python: nothing is fetched
    (site / "here.pth").write_text("\n".join(path for path in sys.path if "site-packages" in path
                                             or "dist-packages" in path))  # fmt: skip
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index",
         "--disable-pip-version-check", built[1]],
        check=True, capture_output=True,
    )  # fmt: skip
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    said = subprocess.run(
        [python, "-c", USED], cwd=tmp_path, env=environment, check=True, capture_output=True,
        text=True,
    ).stdout.splitlines()  # fmt: skip
    assert said[0] == "3.0"
    assert said[1:] in ([], ["[3.]"])


@pytest.mark.parametrize(
    "path", sorted((PROJECT / "nnfit").rglob("*.py")), ids=lambda path: path.stem
)
def test_the_sources_are_of_the_oldest_python_that_is_claimed(path):
    import ast

    ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 9))


def test_the_oldest_versions_are_said_once_everywhere():
    text = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    description = (ROOT / "DESCRIPTION").read_text(encoding="utf-8")
    assert 'requires-python = ">=3.9"' in text and "Python (>= 3.9)" in description
    assert '"torch>=2.4"' in text and "torch (>= 2.4)" in description
    assert 'torch = "torch>=2.4"' in Path(ROOT / "R" / "install.R").read_text(encoding="utf-8")
