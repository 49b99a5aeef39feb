"""Measure figures and print them."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 5
NOISY = 1.6  # a baseline whose rounds range over more than this says little about what stands beside it


@dataclass(frozen=True, kw_only=True)
class Figure:
    """``value`` and ``baseline`` are medians of the rounds, ``spread`` is the range of the value over its median."""

    name: str
    value: float
    baseline: float | None = None
    spread: float = 0.0
    unit: str = ""
    note: str = ""

    def line(self) -> str:
        baseline = "" if self.baseline is None else f"baseline {_short(self.baseline)}"
        told = f"{self.name:36} {_short(self.value):>10} {self.unit:8} {baseline:20} ±{self.spread / 2:.0%}"
        return f"{told}  {self.note}".rstrip()


def seconds(act: Callable[[], object], *, times: int) -> float:
    """What one act costs, over so many of them."""
    start = time.perf_counter()
    for _ in range(times):
        act()
    return (time.perf_counter() - start) / times


def cpu_seconds(act: Callable[[], object], *, times: int) -> float:
    """What one act costs this process in CPU, over so many of them, whatever else the machine does."""
    start = time.process_time()
    for _ in range(times):
        act()
    return (time.process_time() - start) / times


def ratio(
    name: str, *, product: Callable[[], float], baseline: Callable[[], float], unit: str = "", note: str = ""
) -> list[Figure]:
    """Measure both in turn, each round after the other: the ratio, and beside it what the product measured alone."""
    product(), baseline()  # what fills itself once is not measured
    rounds = [(baseline(), product()) for _ in range(ROUNDS)]
    baselines, products = zip(*rounds, strict=True)
    ratios = [made / given for given, made in rounds]
    if max(baselines) / min(baselines) > NOISY:
        note = f"{note} noisy baseline".strip()
    both = [Figure(name=name, value=statistics.median(ratios), baseline=1.0, spread=spread_of(ratios), note=note)]
    if unit:
        stem = name.split(".vs_")[0]
        value, beside = statistics.median(products), statistics.median(baselines)
        both.append(Figure(name=f"{stem}.{unit}", value=value, baseline=beside, spread=spread_of(products), unit=unit))
    return both


def spread_of(values: "list[float] | tuple[float, ...]") -> float:
    return (max(values) - min(values)) / statistics.median(values)


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
