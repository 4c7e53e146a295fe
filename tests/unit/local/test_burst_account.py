from __future__ import annotations

from collections import Counter
from dataclasses import replace

from rich.console import Console

from desk.meter import Metered
from local.burst.account import lines_of, table_of
from local.burst.scenes import DAY, MINUTE, Part, Scene
from local.burst.siege import Came

CAME = Came(
    scene=Scene(Part("silent-8-days", "8 days without polling", 950, 8 * DAY), MINUTE, MINUTE + 8 * DAY),
    shown=950,
    held=831,
    lost=119,
    reported=119,
    cases=748,
    replies=2,
    minutes=1,
    seconds=61.4,
    x_requests=40,
    x_returned=1_700,
    x_billed=950,
    used={Metered.WRITE_UNIT: 41_000.0},
    states={"refused": 700, "sent": 2},
    x_faults=Counter(silence=3),
    killed=Counter({"desk-poll": 2, "desk-triage": 1}),
    failed=Counter(Poll=2),
    faults=(),
)


def told(came: Came) -> str:
    return "\n".join(lines_of(came))


def test_what_came_of_a_scene_is_told_to_the_post():
    assert "held 831, lost 119, reported as lost 119; cases 748" in told(CAME)
    assert "so far 2 sent, 700 refused" in told(CAME)
    assert "killed 2 desk-poll, 1 desk-triage; scheduled runs that died of it 2 Poll" in told(CAME)
    assert "calls to X that failed: 3 silence" in told(CAME)


def test_units_nobody_counted_are_no_figure():
    assert "41,000 write units, - read units" in told(CAME)


def test_every_fault_is_told_until_there_are_too_many():
    faulty = replace(CAME, faults=tuple(f"said 2 times: {number}" for number in range(12)))
    assert faulty.said_twice == 12
    assert "FAULT said 2 times: 9" in told(faulty)
    assert "FAULT said 2 times: 10" not in told(faulty)
    assert "and 2 more" in told(faulty)


def test_the_table_fits_eighty_columns():
    console = Console(width=80, record=True)
    console.print(table_of([CAME]))
    assert max(map(len, console.export_text().splitlines())) <= 80
