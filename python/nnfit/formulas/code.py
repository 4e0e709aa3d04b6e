"""A variable of formulaic's, such as `np.log(x)`, as the tree that the core computes it by."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any, Callable

OPERATORS: dict[type, str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "^", ast.Mod: "%%",
    ast.FloorDiv: "%/%", ast.BitAnd: "&", ast.BitOr: "|", ast.USub: "-", ast.UAdd: "+",
    ast.Invert: "!", ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">",
    ast.GtE: ">=",
}  # fmt: skip
# NumPy's functions that the core has by another name of R's, and those of the same
RENAMED = {
    "absolute": "abs", "arccos": "acos", "arcsin": "asin", "arctan": "atan", "ceil": "ceiling",
    "rint": "round", "minimum": "pmin", "maximum": "pmax", "where": "ifelse", "power": "^",
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/",
}  # fmt: skip
SAME = (
    "abs", "exp", "expm1", "log", "log2", "log10", "log1p", "sqrt", "sign", "floor", "trunc",
    "sin", "cos", "tan", "sinh", "cosh", "tanh",
)  # fmt: skip
NUMPY = {**RENAMED, **{name: name for name in SAME}}
BARE = ("log", "log2", "log10", "exp")  # that formulaic knows without `np.`


class Untold(Exception):
    """What of a variable can not be said in numbers, as the rest of a sentence."""


class Reader:
    """Reads variables.

    Parameters
    ----------
    columns : sequence of str
        Names in the data.
    states : mapping
        What formulaic's functions keep of the rows that they have seen, by the call.
    """

    def __init__(self, columns: Sequence[str], states: Mapping[str, Any]):
        self.columns = set(columns)
        self.states = {_form(call): state for call, state in states.items()}

    def read(self, text: str) -> dict[str, Any]:
        """Read a variable: a name, or an expression of Python's."""
        if text in self.columns:
            return {"column": text}
        try:
            return self._of(ast.parse(text, mode="eval").body)
        except SyntaxError:
            raise Untold("is no expression of Python's") from None

    def _of(self, node: ast.AST) -> dict[str, Any]:
        if isinstance(node, ast.Name):
            if node.id not in self.columns:
                raise Untold(f"uses `{node.id}`, which is no column")
            return {"column": node.id}
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float, str)):
            return {"value": node.value}
        if isinstance(node, ast.BinOp):
            return self._by(node.op, node.left, node.right)
        if isinstance(node, ast.UnaryOp):
            return self._by(node.op, node.operand)
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            return self._by(node.ops[0], node.left, node.comparators[0])
        if isinstance(node, ast.Call):
            return self._called(node)
        raise Untold(f"has `{ast.unparse(node)}`, which is not known to a fit")

    def _by(self, operator: ast.AST, *operands: ast.AST) -> dict[str, Any]:
        if type(operator) not in OPERATORS:
            raise Untold("has an operator that is not known to a fit")
        return call(OPERATORS[type(operator)], *map(self._of, operands))

    def _called(self, node: ast.Call) -> dict[str, Any]:
        name = ast.unparse(node.func)
        if name in STATEFUL:
            state = self.states.get(_form(ast.unparse(node)), {})
            return STATEFUL[name](self._of(node.args[0]), node, state)
        bare = name.removeprefix("np.")
        if bare not in NUMPY or (name == bare and bare not in BARE) or node.keywords:
            raise Untold(f"uses `{name}()`, which is not known to a fit")
        return call(NUMPY[bare], *map(self._of, node.args))


def call(name: str, *args: dict[str, Any], **named: dict[str, Any]) -> dict[str, Any]:
    """Write a call."""
    return {
        "call": name,
        "args": [*args, *named.values()],
        "names": [*(None for _ in args), *named],
    }


def _form(text: str) -> str:
    """Give one form of what may be written in several."""
    try:
        return ast.dump(ast.parse(text, mode="eval"))
    except SyntaxError:
        return text


def _value(value: Any) -> dict[str, Any]:
    return {"value": value}


def _arguments(node: ast.Call, names: Sequence[str]) -> dict[str, Any]:
    """Give the values of a call's arguments after the first, by name."""
    try:
        given = dict(zip(names, map(ast.literal_eval, node.args[1:])))
        return {**given, **{str(one.arg): ast.literal_eval(one.value) for one in node.keywords}}
    except ValueError:
        raise Untold("has an argument that is no plain value") from None


# -- formulaic's functions --


def _same(x: dict[str, Any], node: ast.Call, state: Mapping[str, Any]) -> dict[str, Any]:
    """Of `C(g, contr.sum)` too: levels and contrasts are known from elsewhere."""
    return x


def _scaled(x: dict[str, Any], node: ast.Call, state: Mapping[str, Any]) -> dict[str, Any]:
    by = {name: state.get(name) for name in ("center", "scale")}
    known = {name: _value(False if one is None else float(one)) for name, one in by.items()}
    return call("scale", x, **known)


def _poly(x: dict[str, Any], node: ast.Call, state: Mapping[str, Any]) -> dict[str, Any]:
    given = _arguments(node, ("degree", "raw"))
    degree = int(given.get("degree", 1))
    if given.get("raw"):
        return call("poly", x, _value(degree), raw=_value(True))
    norms, alpha = state["norms2"], state["alpha"]
    coefs = {
        "alpha": [float(alpha[i]) for i in range(degree)],
        "norm2": [1.0, *(float(norms[i]) for i in range(degree + 1))],  # as R has them
    }
    return call("poly", x, _value(degree), coefs=_value(coefs))


def _bs(x: dict[str, Any], node: ast.Call, state: Mapping[str, Any]) -> dict[str, Any]:
    names = ("df", "knots", "degree", "include_intercept", "lower_bound", "upper_bound",
             "extrapolation")  # fmt: skip
    given = _arguments(node, names)
    degree, beyond = int(given.get("degree", 3)), given.get("extrapolation", "raise")
    ends = [float(state["lower_bound"]), float(state["upper_bound"])]
    inner = [float(one) for one in state["knots"][degree + 1 : -degree - 1]]
    if beyond == "raise":
        x = call("within", x, *map(_value, ends))
    elif beyond == "clip":
        x = call("pmin", call("pmax", x, _value(ends[0])), _value(ends[1]))
    elif beyond != "extend":
        raise Untold(f'asks for extrapolation="{beyond}", which is not known to a fit')
    return call(
        "bs", x, knots=_value(inner), degree=_value(degree),
        intercept=_value(bool(given.get("include_intercept", False))),
        **{"Boundary.knots": _value(ends)},
    )  # fmt: skip


STATEFUL: dict[str, Callable[..., dict[str, Any]]] = {
    "I": _same,
    "C": _same,
    "center": _scaled,
    "scale": _scaled,
    "poly": _poly,
    "bs": _bs,
}
