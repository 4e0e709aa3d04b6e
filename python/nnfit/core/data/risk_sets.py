"""Who is at risk when: sums over the risk sets of censored times, sorted once.

The sums are running sums in the order of time, a stratum at a time. They add numbers that are not
negative (but for rows that start later, whose sum is subtracted), relative to the largest risk of
the stratum, in the widest type of numbers that a device has.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ..ground.devices import widest
from .censored import EVENT, START, STOP, STRATUM


class Runs:
    """Running sums within groups of rows that lie together.

    Parameters
    ----------
    groups : Tensor (n,)
        Of whole numbers in ascending order: rows of one number are a group.
    """

    def __init__(self, groups: Tensor):
        places = torch.arange(len(groups), device=groups.device)
        first = torch.ones_like(groups, dtype=torch.bool)
        first[1:] = groups[1:] != groups[:-1]
        begins = places[first]
        self.single = len(begins) < 2
        self.within = places - begins[torch.cumsum(first, 0) - 1] if len(groups) else places

    def sums(self, values: Tensor) -> Tensor:
        """Add up values (n, ...) within their group, up to each row; a row of zeros comes first.

        Of several groups by doubling (Hillis and Steele 1986, Data parallel algorithms), which
        subtracts nothing: what is small in one group is not lost beside what is large in another.
        """
        if self.single:
            summed = torch.cumsum(values, 0)
        else:
            summed, step, longest = values, 1, int(self.within.max()) + 1
            shape = -1, *[1] * (values.ndim - 1)
            while step < longest:
                moved = torch.zeros_like(summed)
                moved[step:] = summed[:-step]
                summed = summed + torch.where((self.within >= step).view(shape), moved, 0.0)
                step *= 2
        return torch.cat([values.new_zeros((1, *values.shape[1:])), summed])


class RiskSets:
    """The risk sets of some rows, and what follows from them for any linear predictor.

    Parameters
    ----------
    codes : Tensor (n, 4)
        As `codes_of()` gives them.
    weights : Tensor (n,), optional
        Rows of weight 0 are as absent: their events are none.
    breslow : bool, default False
        Whether tied events are compared with all at risk, as Breslow has it. By default each
        is compared with those left when some of the others have gone, on average, as Efron
        (1977), The efficiency of Cox's likelihood function for censored data, Journal of the
        American Statistical Association 72, 557-565.

    Attributes
    ----------
    tied : Tensor (G, 2)
        Stratum and time of each set of tied events, in their order.
    """

    def __init__(self, codes: Tensor, weights: Tensor | None = None, breslow: bool = False):
        wide = widest(codes.device)
        start, stop, self.stratum = codes[:, START], codes[:, STOP], codes[:, STRATUM]
        ones = torch.ones(len(codes), dtype=wide, device=codes.device)
        self.weights = ones if weights is None else weights.to(wide)
        self.counts = self.weights > 0
        self.event = (codes[:, EVENT] == 1) & self.counts
        self.strata = int(self.stratum.max()) + 1 if len(codes) else 0
        self.delayed = bool((start >= 0).any())
        self.length = int(stop.max()) + 2 if len(codes) else 1
        # a row's place in the order of strata, and of times within them
        self.at_stop, self.at_start = (
            self.stratum * self.length + one + 1 for one in (stop, start)
        )
        times, self.tie, self.ties = torch.unique(
            self.at_stop[self.event], return_inverse=True, return_counts=True
        )
        self.tied = torch.stack([times // self.length, times % self.length - 1], dim=1)
        self._events(times, wide, breslow)
        self._at_risk(times)

    def _events(self, times: Tensor, wide: torch.dtype, breslow: bool) -> None:
        """Set which share of their tied events has gone before each event is compared."""
        begins = torch.cumsum(self.ties, 0) - self.ties
        # the events of a set count alike: they share their place in it out in any order
        self.set_of = torch.repeat_interleave(
            torch.arange(len(times), device=times.device), self.ties
        )
        place = torch.arange(len(self.set_of), device=times.device) - begins[self.set_of]
        self.gone = place.to(wide) / self.ties[self.set_of] * (not breslow)
        weight = self.per_set(self.weights[self.event])
        self.weight = (weight / self.ties)[self.set_of]  # of each event: the mean of its set
        self.runs = Runs(times // self.length)
        self.until_stop = self._count(times, self.at_stop)
        self.until_start = self._count(times, self.at_start)

    def _count(self, keys: Tensor, places: Tensor) -> Tensor:
        """Count the sorted keys up to each place; 0 where the last of them is of another stratum.

        `Runs.sums()` has a row of zeros there.
        """
        found = torch.searchsorted(keys, places, right=True)
        if not len(keys):
            return found
        own = keys[(found - 1).clamp(min=0)] // self.length == places // self.length
        return torch.where(own & (found > 0), found, 0)

    def _at_risk(self, times: Tensor) -> None:
        """Sort rows by stratum, the last first within it: then those at risk come before a time."""
        backwards = self._backwards(times)
        self.by_stop, self.stops, self.risk_until = self._sorted(self.at_stop, backwards)
        if self.delayed:
            self.by_start, self.starts, self.late_until = self._sorted(self.at_start, backwards)

    def _backwards(self, places: Tensor) -> Tensor:
        """Turn the times around within their strata."""
        stratum = places // self.length
        return stratum * self.length + (self.length - 1 - places % self.length)

    def _sorted(self, places: Tensor, times: Tensor) -> tuple[Tensor, Runs, Tensor]:
        keys, order = torch.sort(self._backwards(places))
        return order, Runs(keys // self.length), self._count(keys, times)

    def per_set(self, values: Tensor) -> Tensor:
        """Add up values (events, ...) of tied events: (G, ...)."""
        total = values.new_zeros((len(self.ties), *values.shape[1:]))
        return total.index_add_(0, self.tie, values)

    def at_risk(self, values: Tensor) -> Tensor:
        """Add up values (n, ...) of the rows at risk when the events of each set happen."""
        total = self.stops.sums(values[self.by_stop])[self.risk_until]
        if not self.delayed:
            return total
        return total - self.starts.sums(values[self.by_start])[self.late_until]

    def over_time(self, values: Tensor) -> Tensor:
        """Add up values (G, ...) of the sets for which each row is at risk."""
        sums = self.runs.sums(values)
        until_stop = sums[self.until_stop]
        return until_stop - sums[self.until_start] if self.delayed else until_stop
