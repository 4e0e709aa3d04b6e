"""The changes that tools/mutants.py makes: what it puts in is code, and not what was there."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).parents[2] / "tools"
sys.path.insert(0, str(TOOLS))
mutants = pytest.importorskip("mutants", reason="the sources' tools")


def test_every_change_of_python_code_is_code_and_another():
    try:
        files = mutants.sources("py")
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no checkout that git knows")
    assert len(files) > 60
    kinds = set()
    for file in files[::15]:
        source = (mutants.ROOT / file).read_text()
        for mutant in mutants.python_mutants(file):
            changed = mutant.changed(source)
            assert ast.dump(ast.parse(changed)) != ast.dump(ast.parse(source)), mutant
            kinds.add(mutant.kind)
    assert kinds == {"operator", "number", "condition", "argument", "statement"}


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="needs R")
def test_every_change_of_r_code_is_code_and_another(tmp_path):
    source = (
        'f <- function(x, y = 1) {\n  z <- g(x, two = "a < b", three = 3)\n'
        "  if (x > 2 && TRUE) z else -y\n}\n"
    )
    file = tmp_path / "f.R"
    file.write_text(source)
    found = list(mutants.r_mutants([str(file)]))
    texts = {mutant.changed(source) for mutant in found}
    assert len(texts) == len(found)
    assert source not in texts
    for written in ("x >= 2 &&", "x > 2 ||", "&& FALSE", "if (!(x > 2 && TRUE))", "y = (1 + 1)"):
        assert any(written in text for text in texts), written
    assert any(", three" not in text and "a < b" in text for text in texts)
    assert any("  NULL\n  if" in text for text in texts)
    for number, text in enumerate(sorted(texts)):
        (tmp_path / f"changed-{number}.R").write_text(text)
    subprocess.run(["Rscript", "-e", f"for (f in dir('{tmp_path}', full.names = TRUE)) parse(f)"],
                   check=True)  # fmt: skip


def test_tests_that_fail_or_hang_notice_a_change(tmp_path):
    python = [sys.executable, "-c"]
    assert mutants.notices([*python, "raise SystemExit(1)"], tmp_path, 20)
    assert not mutants.notices([*python, "pass"], tmp_path, 20)
    assert mutants.notices([*python, "import time; time.sleep(60)"], tmp_path, 0.5)


def test_a_file_has_its_own_tests():
    assert mutants.own_tests("R/plot-loss.R")[-1] == "^plot-loss$"
    assert mutants.own_tests("R/zzz.R") is None
    assert mutants.own_tests("python/nnfit/tensors/shapes.py")[-1] == "^tensor"
    own = mutants.own_tests("python/nnfit/core/training/loop.py")
    assert own[-1] == "tests/python/core/training/test_loop.py"
