"""The figures as a table, and the ratios between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ops.bench.load import Measured


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured load. `beside` are the limits it is set against; a delay has no rate worth telling."""

    name: str
    measured: Measured
    note: str = ""
    beside: Sequence[tuple[str, Measured]] = ()
    delay: bool = False


def report(figures: Sequence[Figure], targets: Mapping[str, float]) -> str:
    """Rates and percentiles, the ratios to the limits of this run, and which targets are met."""
    lines = ["", f"{'':44} {'per second':>11} {'p50 ms':>8} {'p95 ms':>8} {'p99 ms':>8}"]
    for figure in figures:
        name = f"{figure.name} ({figure.note})" if figure.note else figure.name
        rate = "" if figure.delay else f"{figure.measured.per_second:,.0f}"
        times = " ".join(f"{figure.measured.percentile(percent):8.2f}" for percent in (50, 95, 99))
        lines.append(f"{name:44} {rate:>11} {times}")
    lines += ["", "Ratios in this run:"]
    for figure in figures:
        for name, limit in figure.beside:
            ratio = figure.measured.per_second / limit.per_second
            lines.append(f"  {figure.name} : {name} = {ratio:.2f}")
    lines += ["", "Targets:"]
    rates = {figure.name: figure.measured.per_second for figure in figures}
    for name, target in targets.items():
        if name in rates:
            lines.append(
                f"  {name} per second: {rates[name]:,.0f}, target {target:,.0f}: {_met(rates[name] >= target)}"
            )
    slowest = max(figure.measured.percentile(99) for figure in figures if figure.delay)
    limit_ms = targets["write to visible, p99 ms"]
    lines.append(f"  write to visible, p99: {slowest:.1f} ms, target {limit_ms:.0f} ms: {_met(slowest <= limit_ms)}")
    return "\n".join([*lines, ""])


def _met(holds: bool) -> str:
    return "met" if holds else "NOT MET"
