"""A gradient becomes an update in few places: those that `engines.base` names."""

import ast
from pathlib import Path

ENGINES = Path(__file__).parents[2] / "python" / "nnfit" / "core" / "engines"

# What moves parameters, as it is written; and where it may stand.
MOVES = {
    "self.optimizer.step": {"autograd.AutogradStep.update", "autograd.AutogradStep._search"},
    "parameter.copy_": {"autograd.AutogradStep.update"},
    "self.updates.ops": {
        "fused.step.FusedStep.update",
        "fused.step.ReplayedStep._record",
        "stacked.StackedStep.update",
    },
    "self.flat.value.copy_": {
        "second_order.SecondOrderStep._put",
        "stacked_lbfgs.StackedLBFGS._put",
        "stacked_levenberg_marquardt.StackedLevenbergMarquardt._put",
    },
    "self.coefficients.matrix.sub_": {"least_squares.SolveStep._step"},
}
# What goes from a gradient to a move.
SEAMS = {"self.update": {"base.Step.__call__"}, "self._put": {
    "second_order.SecondOrderStep.__call__", "second_order.SecondOrderStep.evaluate",
    "stacked_lbfgs.StackedLBFGS._look", "stacked_lbfgs.StackedLBFGS.put",
    "stacked_levenberg_marquardt.StackedLevenbergMarquardt.__call__",
    "stacked_levenberg_marquardt.StackedLevenbergMarquardt._look",
    "lbfgs.LBFGSStep._iterate", "lbfgs.LBFGSStep._move", "orthant_wise.OrthantWiseStep._move",
    "orthant_wise.OrthantWiseStep._search", "levenberg_marquardt.LevenbergMarquardtStep._iterate",
    "interior_point.InteriorPointStep._iterate",
}}  # fmt: skip


def places(written):
    """List the functions in which an expression stands, by module, class and name."""
    found = set()
    for path in ENGINES.rglob("*.py"):
        module = ".".join(path.relative_to(ENGINES).with_suffix("").parts)
        for outer in ast.parse(path.read_text(encoding="utf-8")).body:
            for inner in outer.body if isinstance(outer, ast.ClassDef) else [outer]:
                names = {
                    ast.unparse(node) for node in ast.walk(inner) if isinstance(node, ast.Attribute)
                }
                if written in names and isinstance(inner, ast.FunctionDef):
                    owner = f"{outer.name}." if inner is not outer else ""
                    found.add(f"{module}.{owner}{inner.name}")
    return found


def test_parameters_are_moved_where_it_is_said():
    assert {written: places(written) for written in MOVES} == MOVES


def test_nothing_else_goes_from_gradient_to_update():
    assert {written: places(written) for written in SEAMS} == SEAMS
