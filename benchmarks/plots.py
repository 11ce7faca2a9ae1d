"""Points of growth → a picture of time against the number of patients, as PNG and SVG.

Colours are those of Okabe and Ito, which colour-blind readers tell apart, and a brown; every line
also has a mark of its own, and the list of names has the order of the lines' ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from benchmarks.growth import Point, extrapolated
from benchmarks.peers import BY_NAME, FULL, STAMPED
from benchmarks.promises import MILLION

_OURS = {STAMPED: ("#000000", "*"), FULL: ("#8A8A8A", "X")}
_COLOURS = ("#E69F00", "#0072B2", "#56B4E9", "#009E73", "#D55E00", "#CC79A7", "#6B3E00")
_MARKS = "sD^vPo<"


def draw_growth(growth: Mapping[str, Sequence[Point]], target: Path) -> None:
    """Write ``target`` as ``.png`` and ``.svg``; our stamped line goes on, dotted, to a million."""
    mpl.use("agg")
    # Without a fixed salt every run would write another SVG.
    settings: Any = {"svg.hashsalt": "handouts", "font.size": 11, "svg.fonttype": "none"}
    with mpl.rc_context(settings):
        figure, axes = plt.subplots(figsize=(9.5, 6.0), layout="constrained")
        others = zip(_COLOURS, _MARKS, strict=True)
        for name, points in sorted(growth.items(), key=lambda item: -_each(item[1])):
            colour, mark = _OURS.get(name) or next(others)
            _line(axes, name, points, colour, mark)
        axes.set(xscale="log", yscale="log", xlabel="patients")
        axes.set_ylabel("seconds, with the start of the program")
        axes.set_title("Handouts of five pages, each written to a file (one core)", loc="left")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(FuncFormatter(_plain))
        axes.grid(visible=True, which="major", color="#dddddd")
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False, labelspacing=0.9)
        figure.savefig(target.with_suffix(".png"), dpi=150)
        figure.savefig(target.with_suffix(".svg"), metadata={"Date": None})
        plt.close(figure)


def _plain(value: float, _place: int | None) -> str:
    """The number in full: 1,000,000 or 0.1."""
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


def _each(points: Sequence[Point]) -> float:
    """Seconds a handout, at the last count."""
    return points[-1].wall / points[-1].count


def _line(axes: Axes, name: str, points: Sequence[Point], colour: str, mark: str) -> None:
    counts, walls = [point.count for point in points], [point.wall for point in points]
    size, width = (11, 2.4) if name == STAMPED else (6, 1.6)
    title = BY_NAME[name].title
    axes.plot(counts, walls, color=colour, marker=mark, markersize=size, lw=width, label=title)
    if name == STAMPED and len(points) > 1:
        end = extrapolated(points, MILLION)
        axes.plot(
            [counts[-1], MILLION], [walls[-1], end], color=colour, linestyle=":",
            marker=mark, markersize=size, markerfacecolor="none", markevery=[1],
            label=f"{title}, extrapolated",
        )  # fmt: skip
