"""How an SVG picture looks: its colours, in light and dark, and the signs of the state types."""

from __future__ import annotations

from math import pow

STYLE = """\
.asl-graph{font:11px Helvetica,Arial,"Liberation Sans",sans-serif}
.asl-page{fill:#fff}
.asl-box{fill:#fff;stroke:#c8d1da}
.asl-share{fill:#f97316}
.asl-inner{fill:#8c959f;fill-opacity:.08;stroke:#c8d1da;stroke-dasharray:4 3}
.asl-name{font-size:13px;font-weight:bold;fill:#1f2328}
.asl-small{fill:#59636e}
.asl-shaded{fill:#3d4650}
.asl-when{fill:#424a53;text-anchor:middle}
.asl-line{fill:none;stroke:#6e7781;stroke-width:1.4}
.asl-solid{fill:#6e7781}
.asl-catch.asl-when{fill:#b3202a}
.asl-catch.asl-line{stroke:#cf222e;stroke-dasharray:5 3}
.asl-catch.asl-solid{fill:#cf222e}
@media (prefers-color-scheme:dark){
.asl-page{fill:#0d1117}
.asl-box{fill:#161b22;stroke:#3d444d}
.asl-inner{stroke:#3d444d}
.asl-name{fill:#e6edf3}
.asl-small{fill:#9198a1}
.asl-shaded{fill:#e6edf3}
.asl-when{fill:#c9d1d9}
.asl-line{stroke:#8b949e}
.asl-solid{fill:#8b949e}
.asl-catch.asl-when{fill:#ff8b92}
.asl-catch.asl-line{stroke:#f0626a}
.asl-catch.asl-solid{fill:#f0626a}
}
"""
"""Plain rules without variables, which not every program that draws SVG knows."""

COLOURS = {
    "Task": "#2563eb", "Wait": "#b45309", "Pass": "#57606a", "Succeed": "#1a7f37", "Fail": "#cf222e",
    "Choice": "#7c3aed", "Parallel": "#0f766e", "Map": "#0e7490",
}  # fmt: skip
"""The colour behind the sign of each state type: white is read on it, and it is seen in light and dark."""

SIGNS = {
    "Task": "M7.5 5.5l7 4.5-7 4.5z",
    "Wait": "M16 10a6 6 0 1 1-12 0 6 6 0 0 1 12 0zM10 6.5V10l2.5 2",
    "Pass": "M4.5 10H15M11 6l4 4-4 4",
    "Succeed": "M5 10.5l3.5 3.5L15 6.5",
    "Fail": "M6 6l8 8M14 6l-8 8",
    "Choice": "M10 4l6 6-6 6-6-6z",
    "Parallel": "M6 5v10M10 5v10M14 5v10",
    "Map": "M4 4h8v8H4zM8 16h8V8",
}
"""The sign of each state type: a path in a square of 20."""

OTHER = ("#57606a", "M5 5h10v10H5z")
"""The colour and the sign of a type that is none of AWS's."""

_DARKEST = 0.6


def opacity(share: float) -> float:
    """How dark a share is drawn: not in proportion, so that small shares, as most are, can be told apart."""
    return round(_DARKEST * pow(share, 0.4), 3)
