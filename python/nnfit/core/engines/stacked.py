"""The engine for several fits of one network at once: replicas, by batched matrix products."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from ..data.batches import Batches, to_batch
from ..data.offset import usual_predictor
from ..data.scaling import Scaling
from ..data.table import Batch, Table
from ..ground.seed import seeded
from ..model import network as models
from ..model.branches import Skip
from ..model.embedding import Embeddings, embeddings_of, seen_by, with_mean
from ..model.initial import draw_again
from ..model.loss import Loss
from ..model.units import Apply, applied, is_flat, units_of
from ..options.resolved import Resolved
from .base import DoesNotApply, Engine, Step, Value, fill
from .flat import Flat
from .fused.network import Program, call, check_model, drops
from .fused.products import unit_by_unit
from .fused.updates import Update, update_of
from .stacked_levenberg_marquardt import step_of as levenberg_marquardt
from .strengths import strengths_of


class SharedRows(NamedTuple):
    """The same rows for all replicas, and what each row counts for each of them."""

    table: Table  # without weights
    weights: np.ndarray | None  # (R, n); None: every row counts once for all


class Standing(NamedTuple):
    """Where a replica of a stack stands after some steps: what another stack goes on from.

    Parameters
    ----------
    value : Tensor (P,)
    memory : dict
        What the update remembers, by name: an array for the replica, `steps` a number.
    """

    value: torch.Tensor
    memory: dict[str, Any]


class Group(NamedTuple):
    """Replicas of a network that are to be trained at once.

    Parameters
    ----------
    model : nn.Module or None
        The user's own, with the initial values of all replicas; None: of `spec`, and every
        replica draws its own.
    spec : Resolved
    seeds : list of int
        Of the replicas.
    scales : list of Scaling or None
        One for each replica.
    rows : SharedRows
        To train on.
    held_out : SharedRows, optional
        To validate on.
    own : list of Resolved, optional
        What each replica is, where they differ in their `strengths`; by default all are `spec`.
    start : list of Standing, optional
        Where the replicas have come to, all after as many steps.
    sparing : bool, default False
        Whether the loss on the rows to validate on is computed at the first and the last epoch
        alone, and noted again in between.
    share : bool, default False
        Whether there are others, which other processes train: then it may be a single one.
    """

    model: nn.Module | None
    spec: Resolved
    seeds: Sequence[int]
    scales: Sequence[Scaling | None]
    rows: SharedRows
    held_out: SharedRows | None = None
    own: Sequence[Resolved] | None = None
    start: Sequence[Standing] | None = None
    sparing: bool = False
    share: bool = False

    @property
    def specs(self) -> Sequence[Resolved]:
        """What each replica is."""
        return [self.spec] * len(self.seeds) if self.own is None else self.own


class Stack:
    """R replicas of a network: their parameters, and the operations that train all at once.

    Attributes
    ----------
    value : Tensor (R, P)
        All parameters, trained in place.
    factors : array (R,)
        What turns each replica's losses into the user's units.

    Raises
    ------
    DoesNotApply
        If such a network can not be trained side by side; nothing is computed before.
    """

    def __init__(self, group: Group):
        spec = group.spec
        y_scales = [scale.y_scale if scale else 1.0 for scale in group.scales]
        network = _template(group.model, spec, group.seeds[0])
        self.group = group
        self.layers = _layers(network, spec, y_scales)
        self.names = [name for name, _ in network.named_parameters()]
        self.flat = _initial(network, spec, group.seeds, own=group.model is not None)
        self.embeds = embeddings_of(network)
        if self.embeds is not None:
            rows, weights = group.rows.table.x, group.rows.weights
            shape = len(group.seeds), -1
            self.embeds.seen = [seen_by(rows, weights, one).expand(*shape) for one in spec.embedded]
        self.value = self.flat.value
        self.y_scales = np.array(y_scales)
        self.factors = np.power(y_scales, spec.family.scale_power or 0)

    def template(self) -> nn.Module:
        """Make a network of one replica's shape, whose values are to be filled in."""
        return _template(self.group.model, self.group.spec, self.group.seeds[0])

    def program(self, batch: Batch, training: bool = True) -> Program:
        """Make the operations on a batch from `batch()`."""
        spec, first = self.group.spec, self.group.scales[0]
        y_scale, usual = first.y_scale if first else 1.0, usual_predictor(first, spec)
        loss = Loss(spec, y_scale, batch.weights is not None, usual)
        if loss.family.scale_log:  # each replica has its own
            loss.shift = self._each(loss.family.scale_log * np.log(self.y_scales))[:, None, None]
        return Program(self.layers, self.flat, loss, batch, training, fixed=True)

    def batch(self, rows: SharedRows) -> Batch:
        """Make tensors of some rows, (R, n, ...): for each replica in its own scale."""
        scales = self.group.scales
        known = {id(scale): scale for scale in scales}
        scaled = {key: to_batch(rows.table, one, self.group.spec) for key, one in known.items()}
        batches = [scaled[id(scale)] for scale in scales]
        weights = None if rows.weights is None else self._each(rows.weights)
        offsets = [batch.offset for batch in batches if batch.offset is not None]
        return Batch(
            unit_by_unit(torch.stack([batch.x for batch in batches])),
            torch.stack([batch.y for batch in batches]),
            weights,
            torch.stack(offsets) if offsets else None,
        )

    def suspects(self, rows: Batch) -> np.ndarray:
        """Tell of which replicas (R,) something may be wrong.

        A hidden layer is dead, no unit bends, or all rows get the same; see `units`.
        """
        used = _used(rows)
        units = units_of(self.layers, [used], self._apply())
        if not units:
            return np.zeros(len(self.value), dtype=bool)
        dead = np.any([layer.vital & layer.dead.all(-1) for layer in units], axis=0)
        bent = np.any([layer.bent.any(-1) for layer in units], axis=0)
        return dead | ~bent | is_flat(self.layers, used, self._spread(rows), self._apply())

    def _apply(self) -> Apply:
        """Make what applies each replica's own parameters, in the order of the layers."""
        parameters = iter(self.flat.values)

        def apply(layer: nn.Module, x: torch.Tensor, *earlier: torch.Tensor) -> torch.Tensor:
            if isinstance(layer, Embeddings):
                return layer.of_tables(x, [next(parameters) for _ in layer.columns])
            if isinstance(layer, Skip):
                return x + earlier[0] @ next(parameters).mT
            if isinstance(layer, nn.Linear):
                product = x @ next(parameters).mT
                return product if layer.bias is None else product + next(parameters).unsqueeze(-2)
            if isinstance(layer, nn.LayerNorm):
                x = nn.functional.layer_norm(x, layer.normalized_shape, eps=layer.eps)
                x = x if layer.weight is None else x * next(parameters).unsqueeze(-2)
                return x if layer.bias is None else x + next(parameters).unsqueeze(-2)
            return applied(layer, x, *earlier)

        return apply

    def _spread(self, rows: Batch) -> np.ndarray | float:
        if not self.group.spec.family.scale_power:
            return 1.0
        return np.asarray(rows.y.std(-2).amax(-1).cpu().numpy())

    def _each(self, numbers: np.ndarray) -> torch.Tensor:
        """Make a tensor of numbers, the first dimension of which is the replicas'."""
        return torch.from_numpy(numbers).to(self.value.dtype).to(self.value.device)

    def arrays(self, value: torch.Tensor) -> dict[str, np.ndarray]:
        """Cut parameters (R, P) into arrays (R, ...) by name, settled as a trained network's."""
        views = self.flat.views(value.cpu().to(torch.float64))
        for place, seen in enumerate(self.embeds.seen or [] if self.embeds is not None else []):
            views[place] = with_mean(views[place], seen)[..., :-1, :]
        return dict(zip(self.names, (view.numpy().copy() for view in views)))

    def states(self) -> list[dict[str, np.ndarray]]:
        """Cut the parameters into each replica's by name, as `models.state()` gives them."""
        arrays = self.arrays(self.value)
        return [{name: a[r] for name, a in arrays.items()} for r in range(len(self.value))]

    def standings(self, step: Any) -> list[Standing]:
        """Tell where each replica stands, by the `StackedStep` that has trained them."""
        steps, memory = step.steps, step.state()
        del memory["steps"]
        return [
            Standing(
                self.value[r].clone(),
                {"steps": steps, **{name: every[r] for name, every in memory.items()}},
            )
            for r in range(len(self.value))
        ]


def begin_at(step: StackedStep, standings: Sequence[Standing]) -> None:
    """Have the replicas of a stack go on from where they stand."""
    step.value.copy_(torch.stack([one.value for one in standings]))
    first = standings[0].memory
    names = [name for name in first if name != "steps"]
    every = {name: np.stack([one.memory[name] for one in standings]) for name in names}
    step.load({"steps": first["steps"], **every})


def _used(rows: Batch) -> torch.Tensor:
    """Give the rows (R, n, p) of all replicas; where one does not use a row, another of its own."""
    if rows.weights is None:
        return rows.x
    used = rows.weights > 0
    first = used.int().argmax(1)
    own = rows.x[torch.arange(len(used), device=first.device), first]
    return torch.where(used.unsqueeze(-1), rows.x, own.unsqueeze(1))


class StackedStep(Step):
    """One update of all replicas; a replica whose loss is not finite stays where it is."""

    def __init__(self, stack: Stack, program: Program, update: Update):
        self.program, self.updates, self.value = program, update, stack.value
        self.steps = 0
        self.broken: np.ndarray | None = None

    def gradient(self, batch: Any) -> Value:
        call(self.program.forward)
        losses = self.program.loss.cpu().numpy().copy()
        finite = np.isfinite(losses)
        self.broken = None if finite.all() else np.flatnonzero(~finite)
        call(self.program.backward)
        return losses

    def update(self) -> None:
        self.steps += 1
        if self.updates.prepare is not None:
            self.updates.prepare(self.steps)
        kept = None if self.broken is None else self.value[self.broken].clone()
        call(self.updates.ops)
        if kept is not None:
            self.value[self.broken] = kept

    def state(self) -> dict[str, Any]:
        """Give what the update remembers."""
        memory = {name: value.cpu().numpy().copy() for name, value in self.updates.memory.items()}
        return {"steps": self.steps, **memory}

    def load(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state()` gave."""
        self.steps = state["steps"]
        for name, place in self.updates.memory.items():
            fill(place, state[name])


class StackedEngine(NamedTuple):
    """An engine whose step trains all replicas of a stack.

    `unseen` computes the loss (R,) on the rows to validate on, in the user's units; None: there are
    none, or the parameters are settled after they are trained.
    """

    engine: Engine
    stack: Stack
    unseen: Callable[[], np.ndarray] | None


def check(group: Group) -> None:
    """Refuse mini-batches, single fits, own losses, and steps that each replica sets itself."""
    size = group.spec.batch_size
    if len(group.seeds) < 2 and group.start is None and not group.share:
        raise DoesNotApply("it is for several fits at once: replicates, restarts, folds")
    if size is not None and size < len(group.rows.table.x):
        raise DoesNotApply("each replica draws its own batches")
    if group.spec.family.own:
        raise DoesNotApply("a function is not among its losses")
    if group.spec.schedule is not None and group.spec.schedule.name == "plateau":
        raise DoesNotApply("each replica has its own plateaus")
    if group.spec.freeze:
        raise DoesNotApply("some layers are not trained")
    if group.spec.metrics:
        raise DoesNotApply("metrics are measured of one fit")


def make(group: Group) -> StackedEngine:
    """Make the engine of a group."""
    stack = Stack(group)
    rows = stack.batch(group.rows)
    if group.spec.optimizer.name == "levenberg_marquardt":
        return _second_order(stack, rows)
    update = update_of(group.spec, stack.flat, strengths_of(group.specs))
    step = StackedStep(stack, stack.program(rows), update)
    if group.start is not None:
        begin_at(step, group.start)
    validation: Callable[[], Value] | None = None
    unseen = None
    if group.held_out is not None:
        validation = losses = _validation(stack, group.held_out)
        if stack.embeds is None:
            unseen = _in_units(losses, stack.factors)
        if group.sparing:
            validation = _sparing(losses, step, group.spec.epochs)
    engine = Engine(
        "stacked",
        step,
        Batches(rows, None),
        stack.factors,
        validation,
        bare=True,
        set_rate=update.set_rate,
        memory=step if group.sparing else None,
        within=step,
    )
    return StackedEngine(engine, stack, unseen)


def _second_order(stack: Stack, rows: Batch) -> StackedEngine:
    """Make the engine of replicas that look at several places before they move."""
    group = stack.group
    if group.own is not None or group.start is not None or group.sparing:
        raise DoesNotApply("replicas differ in more than their rows and initial values")
    loss = Loss(group.spec, 1.0, rows.weights is not None)
    step = levenberg_marquardt(stack.layers, stack.flat, loss, group.spec, rows)
    losses = None if group.held_out is None else _validation(stack, group.held_out)
    engine = Engine(
        "stacked",
        step,
        Batches(rows, None),
        stack.factors,
        losses,
        step.converged,
        bare=True,
        within=step,
    )
    return StackedEngine(engine, stack, losses and _in_units(losses, stack.factors))


def _validation(stack: Stack, held_out: SharedRows) -> Callable[[], np.ndarray]:
    program = stack.program(stack.batch(held_out), training=False)

    def losses() -> np.ndarray:
        call(program.forward)
        found: np.ndarray = program.loss.cpu().numpy().copy()
        return found

    return losses


def _in_units(losses: Callable[[], np.ndarray], factors: np.ndarray) -> Callable[[], np.ndarray]:
    return lambda: losses() * factors


def _sparing(
    validation: Callable[[], Value], step: StackedStep, epochs: int
) -> Callable[[], Value]:
    """Look at the rows to validate on in the first and the last of so many epochs alone."""
    first = step.steps
    known: Value = math.nan

    def losses() -> Value:
        nonlocal known
        if step.steps in (first, first + epochs - 1):
            known = validation()
        return known

    return losses


def floats_of(spec: Resolved, network: nn.Module, rows: int) -> int:
    """Estimate the numbers that a replica keeps while it is trained on so many rows."""
    widths = [layer.out_features for layer in network.modules() if isinstance(layer, nn.Linear)]
    norms = (layer for layer in network.modules() if isinstance(layer, nn.LayerNorm))
    widths += [layer.normalized_shape[0] for layer in norms]
    # of each layer the product, the activation and the gradient; of a norm its values, and what
    # comes of them; of an optimizer four vectors
    by_row = spec.n_features + 3 * sum(widths) + 4 * spec.n_outputs
    by_row += 2 * spec.n_inputs if spec.embedded else 0
    return rows * by_row + 6 * models.size_of(network)


def _template(model: nn.Module | None, spec: Resolved, seed: int) -> nn.Module:
    """Give one network on the CPU, where initial values are drawn."""
    if model is not None:
        return copy.deepcopy(model).to("cpu", spec.torch_dtype)
    with seeded(seed, torch.device("cpu")):
        return models.build(spec)


def _layers(network: nn.Module, spec: Resolved, y_scales: Sequence[float]) -> list[nn.Module]:
    """List the layers, after checking that replicas of the network can stand side by side."""
    layers = check_model(network, 2, spec.torch_device)
    if any(drops(layer) for layer in layers):
        raise DoesNotApply("each replica draws its own dropout")
    if spec.family.scale_width and len(set(y_scales)) > 1:
        raise DoesNotApply("the loss has a width, which each replica scales in its own way")
    return layers


def _initial(network: nn.Module, spec: Resolved, seeds: Sequence[int], own: bool) -> Flat:
    """Draw the initial values of each replica as `models.build()` would under its seed."""
    one = Flat.adopt(network)
    flat = Flat(one.shapes, (len(seeds),), spec.torch_dtype, spec.torch_device)
    drawn: dict[int, torch.Tensor] = {}  # replicas that differ in other things may share a seed
    for place, seed in zip(flat.value, seeds):
        if not own and seed not in drawn:
            with seeded(seed, torch.device("cpu")):
                draw_again(network, spec.init)
            drawn[seed] = one.value.clone()
        place.copy_(one.value if own else drawn[seed])
    return flat
