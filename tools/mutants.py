"""python tools/mutants.py NUMBER [SEED [LANGUAGE]]: do tests notice small changes of the sources.

Makes NUMBER random changes, one at a time, in a copy of the sources: an operator swapped, a number
changed, a condition negated, an argument or a statement dropped. A change is noticed if a test
fails or takes too long: first the tests that belong to its file, then all of that language.
Prints those that nobody noticed, and the share that was noticed. LANGUAGE: r or py.
"""

import ast
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
ONE_FILE, ALL_FILES = 300, 1800  # seconds until tests count as hanging
# their tests are R's: base R judges every operator
TESTED_BY_R = {"python/nnfit/tensors": "^tensor"}

COMPARISONS = {
    ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "==",
    ast.Is: "is not", ast.IsNot: "is", ast.In: "not in", ast.NotIn: "in",
}  # fmt: skip

STATEMENTS = (ast.Expr, ast.Assign, ast.AugAssign, ast.Return, ast.Raise)


class Mutant(NamedTuple):
    """A change: what stands between two places of a file (lines from 1, characters from 0)."""

    file: str
    start: tuple
    end: tuple
    kind: str
    text: str

    def changed(self, source):
        """Give the file's text with the change in it."""
        first, last = (self._offset(source, place) for place in (self.start, self.end))
        return source[:first] + self.text + source[last:]

    def before(self, source):
        """Give what is replaced."""
        first, last = (self._offset(source, place) for place in (self.start, self.end))
        return source[first:last]

    @staticmethod
    def _offset(source, place):
        lines = source.splitlines(keepends=True)
        return sum(map(len, lines[: place[0] - 1])) + place[1]


# -- changes of Python code --


def python_mutants(file):
    """List the changes that can be made to a Python file."""
    source = (ROOT / file).read_text()
    if not source.isascii():  # ast counts bytes
        return
    for node in ast.walk(ast.parse(source)):
        for kind, changed, text in _changes(node, source):
            start = (changed.lineno, changed.col_offset)
            yield Mutant(file, start, (changed.end_lineno, changed.end_col_offset), kind, text)


def _changes(node, source):
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        left, right = (
            ast.get_source_segment(source, one) for one in (node.left, *node.comparators)
        )
        yield "operator", node, f"({left}) {COMPARISONS[type(node.ops[0])]} ({right})"
    elif isinstance(node, ast.BoolOp):
        word = " or " if isinstance(node.op, ast.And) else " and "
        parts = [f"({ast.get_source_segment(source, one)})" for one in node.values]
        yield "operator", node, f"({word.join(parts)})"
    elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        sign = "-" if isinstance(node.op, ast.Add) else "+"
        left, right = (ast.get_source_segment(source, one) for one in (node.left, node.right))
        yield "operator", node, f"(({left}) {sign} ({right}))"
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield "operator", node, str(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        yield "number", node, f"({ast.get_source_segment(source, node)} + 1)"
    if isinstance(node, (ast.If, ast.IfExp, ast.While)):
        test = ast.get_source_segment(source, node.test)
        yield "condition", node.test, f"(not ({test}))"
    if isinstance(node, ast.Call):
        for keyword in node.keywords:
            if keyword.arg:
                yield "argument", node, _without(node, keyword, source)
    for body in (getattr(node, "body", None), getattr(node, "orelse", None)):
        for statement in body if isinstance(body, list) else ():
            if isinstance(statement, STATEMENTS) and not _is_text(statement):
                yield "statement", statement, "pass"


def _is_text(statement):
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _without(call, keyword, source):
    """Write a call without one of its arguments."""
    kept = [one for one in call.keywords if one is not keyword]
    parts = [ast.get_source_segment(source, one) for one in (*call.args, *kept)]
    return f"{ast.get_source_segment(source, call.func)}({', '.join(parts)})"


# -- changes of R code --


def r_mutants(files):
    """List the changes that can be made to R files."""
    listed = subprocess.run(
        ["Rscript", "tools/mutants.R", *files], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for line in listed.stdout.splitlines():
        file, line1, col1, line2, col2, kind, text = line.split("\t")
        text = re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], text)
        yield Mutant(file, (int(line1), int(col1) - 1), (int(line2), int(col2)), kind, text)


# -- the tests --


def r_tests(pattern):
    """Give the command for the R tests whose names match."""
    code = 'testthat::test_local(filter = commandArgs(TRUE), reporter = "stop")'
    return ["Rscript", "-e", code, pattern]


def own_tests(file):
    """Give the command for the tests that belong to a file; None: it has none of its own."""
    for folder, pattern in TESTED_BY_R.items():
        if file.startswith(folder):
            return r_tests(pattern)
    name = Path(file).stem
    if file.endswith(".R"):
        return r_tests(f"^{name}$") if _has_test(f"testthat/test-{name}.R") else None
    found = sorted(str(one) for one in (ROOT / "tests/python").rglob(f"test_{name}.py"))
    return python_tests([os.path.relpath(one, ROOT) for one in found]) if found else None


def _has_test(path):
    return (ROOT / "tests" / path).exists()


def python_tests(files):
    """Give the command for Python tests."""
    return [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-c",
            "python/pyproject.toml", "--rootdir", ".", *files]  # fmt: skip


def all_tests(file):
    """Give the command for all tests of a file's language."""
    return r_tests(".") if file.endswith(".R") else python_tests(["tests/python"])


def notices(command, folder, seconds):
    """Tell whether tests fail, or take longer than they may."""
    environment = {**os.environ, "NOT_CRAN": "true", "OMP_NUM_THREADS": "1"}
    running = subprocess.Popen(
        command, cwd=folder, env=environment, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        return running.wait(seconds) != 0
    except subprocess.TimeoutExpired:
        return True
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()


def is_noticed(mutant, folder):
    """Make a change, run tests until one notices it, and take the change back."""
    path = Path(folder, mutant.file)
    source = path.read_text()
    path.write_text(mutant.changed(source))
    try:
        own = own_tests(mutant.file)
        if own and notices(own, folder, ONE_FILE):
            return True
        return notices(all_tests(mutant.file), folder, ALL_FILES)
    finally:
        path.write_text(source)


# -- the run --


def known_files():
    """List the files that git knows."""
    return subprocess.check_output(["git", "ls-files"], cwd=ROOT, text=True).splitlines()


def sources(language):
    """List the files of a language that may be changed."""
    pattern = {"r": r"R/[^/]+[.]R", "py": r"python/nnfit/.+[.]py"}[language]
    return [file for file in known_files() if re.fullmatch(pattern, file)]


def draw(number, seed, languages):
    """Draw changes: of each language as many, of each kind as many, then whichever."""
    random.seed(seed)
    pools = {language: _pool(language) for language in languages}
    drawn = []
    for place in range(number):
        pool = pools[languages[place % len(languages)]]
        drawn.append(random.choice(pool[random.choice(sorted(pool))]))
    return drawn


def _pool(language):
    files = sources(language)
    found = r_mutants(files) if language == "r" else (m for f in files for m in python_mutants(f))
    pool = {}
    for mutant in found:
        pool.setdefault(mutant.kind, []).append(mutant)
    return pool


def copy_sources(folder):
    """Copy what git knows, so that the working tree is never changed."""
    for file in known_files():
        target = Path(folder, file)
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / file).is_symlink() or (ROOT / file).exists():
            shutil.copy2(ROOT / file, target, follow_symlinks=False)


def main(number, seed, languages):
    """Make the changes, and print what nobody noticed."""
    noticed = 0
    with tempfile.TemporaryDirectory() as folder:
        copy_sources(folder)
        for mutant in draw(number, seed, languages):
            source = (ROOT / mutant.file).read_text()
            seen = is_noticed(mutant, folder)
            noticed += seen
            before = " ".join(mutant.before(source).split())
            what = f"{mutant.file}:{mutant.start[0]} {mutant.kind}: {before} -> {mutant.text}"
            print("noticed  " if seen else "UNNOTICED", what, flush=True)
    print(f"{noticed} of {number} changes were noticed ({noticed / number:.0%})")


if __name__ == "__main__":
    arguments = sys.argv[1:] + [None] * 3
    languages = [arguments[2]] if arguments[2] else ["py", "r"]
    main(int(arguments[0] or 20), int(arguments[1] or 1), languages)
