"""How the live view looks: within its columns and lines, still, and not to be fooled by what it shows."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console

from local.view import Acknowledged, Snapshot, Team, View, curl, frame, line

NOON = 1_773_140_400
"""2026-03-10T11:00:00Z, a Tuesday: noon in Berlin."""


def a_snapshot(**changes) -> Snapshot:
    made = Snapshot(
        title="a day at Pebblewing",
        now=NOON,
        time_zone="Europe/Berlin",
        share=0.25,
        mentions=38,
        open=21,
        answered=16,
        closed=6,
        x_calls=1412,
        teams=(Team("Customer Care", 9, 2, 1), Team("App and Website Team", 2, 0, 1), Team("Sales Team", 0, 0, 0)),
        sent=19,
        refused=2,
        waiting=0,
        acknowledged=tuple(Acknowledged(NOON, f"customer_{n}", "Thank you for writing. " * 9) for n in range(5)),
        mails=3,
        subjects=("2 cases breached, oldest 1 h 12 min - Customer Care", "1 case due soon", "an older one"),
        api_url="http://127.0.0.1:41873/_aws/execute-api/a1b2c3d4e5",
        token="t" * 43,
        mailbox_url="http://127.0.0.1:36021/",
    )
    return replace(made, **changes)


def drawn(snapshot: Snapshot, width: int) -> list[str]:
    console = Console(width=width, file=io.StringIO(), force_terminal=False)
    console.print(frame(snapshot))
    return console.file.getvalue().splitlines()


def shown(*snapshots: Snapshot, terminal: bool) -> str:
    console = Console(width=100, file=io.StringIO(), force_terminal=terminal)
    with View(console) as view:
        for snapshot in snapshots:
            view.show(snapshot)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [80, 100])
def test_a_frame_keeps_within_its_columns_and_twenty_four_lines(width):
    lines = drawn(a_snapshot(title="an endless title " * 20), width)
    assert max(cell_len(each) for each in lines) <= width
    assert len(lines) <= 24


def test_a_frame_is_as_high_with_nothing_to_show_as_with_much():
    empty = a_snapshot(acknowledged=(), subjects=(), mentions=0, sent=0, mails=0)
    assert len(drawn(empty, 80)) == len(drawn(a_snapshot(), 80))


def test_a_frame_tells_the_local_time_the_figures_and_the_newest_of_what_happened():
    text = "\n".join(drawn(a_snapshot(), 80))
    for said in (
        "Tuesday 10 March",
        "12:00",
        "25%",
        "38",
        "1,412",
        "App and Website Team",
        "@customer_0",
        "1 case due soon",
    ):
        assert said in text
    assert "@customer_3" not in text
    assert "an older one" not in text


def test_the_command_can_be_copied_out_of_the_frame():
    lines = drawn(a_snapshot(), 80)
    ask, token = curl("http://127.0.0.1:41873/_aws/execute-api/a1b2c3d4e5", "t" * 43)
    assert lines[-4:-2] == [f"  {ask}", f"  {token}"]
    assert ask.endswith("/queue \\")


def test_markup_and_control_characters_from_outside_are_shown_as_they_are():
    evil = Acknowledged(NOON, "x", "[red]no markup[/] \x1b[2Jgone")
    text = "\n".join(drawn(a_snapshot(acknowledged=(evil,), subjects=("[/] a\nb",)), 100))
    assert "[red]no markup[/]  [2Jgone" in text
    assert "[/] a b" in text


def test_without_a_terminal_there_is_one_plain_line_for_each_hour_and_one_for_the_end():
    moments = [(0, 0.1), (600, 0.2), (3600, 0.5), (3700, 0.6), (3800, 1.0)]
    output = shown(*(a_snapshot(now=NOON + after, share=share) for after, share in moments), terminal=False)
    lines = output.splitlines()
    assert "\x1b" not in output
    assert [each[:16] for each in lines if each.startswith("Tue")] == [
        "Tue 10 Mar 12:00", "Tue 10 Mar 13:00", "Tue 10 Mar 13:03",
    ]  # fmt: skip
    assert lines[0] == "a day at Pebblewing"
    assert "wallboard: http://127.0.0.1:41873/_aws/execute-api/a1b2c3d4e5/" in lines
    assert "e-mails: http://127.0.0.1:36021/" in lines


def test_a_plain_line_adds_up_the_teams():
    assert "due soon 2, breached 2; acknowledged 19, refused 2, waiting 0; e-mails 3" in line(a_snapshot())


def test_a_terminal_shows_the_frame_in_place():
    output = shown(a_snapshot(), a_snapshot(share=1.0), terminal=True)
    assert "MentionDesk" in output
    assert "100%" in output
