"""What a report says about a period, from its cases alone. Pure: it reads no store, no clock and no file."""

from desk.figures.comparison import Compared, WhatIf, what_if
from desk.figures.counting import figures_of, measure, tally_of
from desk.figures.formulas import hit_rate, percentile, wilson
from desk.figures.model import Breach, Figures, HitRate, Within
from desk.figures.period import Period, local_day, midnight
from desk.figures.rows import csv_of, rows
from desk.figures.tally import Tally, merged

__all__ = [
    "Breach",
    "Compared",
    "Figures",
    "HitRate",
    "Period",
    "Tally",
    "WhatIf",
    "Within",
    "csv_of",
    "figures_of",
    "hit_rate",
    "local_day",
    "measure",
    "merged",
    "midnight",
    "percentile",
    "rows",
    "tally_of",
    "what_if",
    "wilson",
]
