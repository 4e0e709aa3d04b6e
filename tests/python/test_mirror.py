"""Every module has a test file of its name, in the folder of its name."""

import re
from pathlib import Path

TESTS = Path(__file__).parent
PACKAGE = TESTS.parents[1] / "python" / "nnfit"

# What has none, and which tests it is tested by.
OTHERWISE = {
    "core/data/source.py": "core/data/test_arrays.py and core/data/test_files.py",
    "core/engines/fused/cuda_graph.py": "test_cuda.py",
    "core/model/information.py": "core/training/test_informed.py",
    "core/options/given.py": "core/options/test_rows.py",
}
# Tests of more than one module.
EXTRA = {"test_architecture", "test_columns", "test_cuda", "test_embeddings", "test_examples",
         "test_hosts",
         "test_layers", "test_likelihoods", "test_memory", "test_mirror", "test_mutants",
         "test_numbers_beyond", "test_offsets", "test_packaging", "test_parquet_memory",
         "test_processes_killed", "test_public", "test_reference", "test_resume", "test_rules",
         "test_screens", "test_seam", "test_sharing", "test_sweep", "test_sweep_home"}  # fmt: skip


def modules():
    paths = (path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
    return {path for path in paths if path.name != "__init__.py"}


def all_tests():
    return {path.relative_to(TESTS) for path in TESTS.rglob("test_*.py")}


def its_test(module):
    return module.with_name(f"test_{module.name}")


def test_every_module_has_its_test():
    missing = {m.as_posix() for m in modules() if its_test(m) not in all_tests()}
    assert missing == set(OTHERWISE)


def test_every_test_has_its_module():
    known = {its_test(module) for module in modules()}
    stray = {test.as_posix() for test in all_tests() - known if test.stem not in EXTRA}
    assert stray == set()


def test_every_table_is_packed():
    project = (PACKAGE.parent / "pyproject.toml").read_text()
    folders = {table.parent.relative_to(PACKAGE) for table in PACKAGE.rglob("*.csv")}
    packed = set(re.findall(r'^"nnfit[.]([a-z.]+)" = \["\*[.]csv"\]$', project, re.M))
    assert packed == {folder.as_posix().replace("/", ".") for folder in folders}
