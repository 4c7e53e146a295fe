"""`python -m local.burst`: deploys the stack on this machine, plays every burst, silence and kill on it, and counts.

    python -m local.burst [--mentions 10000] [--kills 100] [--seed 1] [--only KEY ...]

The exit status is 1 if a mention was lost without a report, or anything was said twice.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from local.burst.account import lines_of, table_of
from local.burst.scenes import SET_UP_AT, lay_out, plan, policy_of, script_of
from local.burst.siege import Siege
from local.run import SHIPPED_POLICY, ends_by_interrupt
from local.stack import Stack

if TYPE_CHECKING:
    from local.burst.scenes import Scene

MENTIONS = 10_000
KILLS_BY_DEFAULT = 100
_WIDTH = 100
POSTS_A_DAY = 2_000
"""Automatic posts that the play's policy allows in a day, so that kills hit many of them."""


def main() -> int:
    """Play what was asked for; gives the exit status."""
    asked = _arguments()
    ends_by_interrupt()
    console = Console(highlight=False, markup=False, width=None if Console().is_terminal else _WIDTH)
    scenes = [scene for scene in lay_out(plan(asked.mentions)) if not asked.only or scene.part.key in asked.only]
    try:
        return _play(scenes, asked, console)
    except KeyboardInterrupt:
        console.print("stopped; everything that was started is gone")
        return 130


def _arguments() -> argparse.Namespace:
    keys = [part.key for part in plan(MENTIONS)]
    parser = argparse.ArgumentParser(prog="python -m local.burst", description="Bursts, silences and kills, counted.")
    parser.add_argument("--mentions", type=int, default=MENTIONS, help="mentions of the great burst")
    parser.add_argument("--kills", type=int, default=KILLS_BY_DEFAULT, help="worker processes to kill")
    parser.add_argument("--seed", type=int, default=1, help="seed of the kills and of X's faults")
    parser.add_argument("--only", nargs="+", choices=keys, metavar="KEY", help=f"only these: {', '.join(keys)}")
    return parser.parse_args()


def _play(scenes: list[Scene], asked: argparse.Namespace, console: Console) -> int:
    policy = policy_of(SHIPPED_POLICY, posts_a_day=POSTS_A_DAY)
    began = time.monotonic()

    def say(what: str) -> None:
        console.print(f"{time.monotonic() - began:5.0f} s  {what}", style="dim")

    came = []
    with Stack(script_of(scenes, policy), policy, set_up_at=SET_UP_AT, say=say) as stack, _progress(console) as shown:
        tasks = {scene: shown.add_task(scene.part.name, total=scene.part.mentions, start=False) for scene in scenes}
        siege = Siege(
            stack,
            kills=asked.kills,
            seed=asked.seed,
            tell=lambda scene, read: shown.update(tasks[scene], completed=read),
        )
        for scene in scenes:
            shown.start_task(tasks[scene])
            came.append(siege.play(scene))
            shown.stop_task(tasks[scene])
            console.print(*lines_of(came[-1]), sep="\n", soft_wrap=True)
    console.print(table_of(came))
    return 1 if any(each.faults for each in came) else 0


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:<28}"),
        BarColumn(None, style="bright_black", complete_style="cyan", finished_style="cyan"),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )


if __name__ == "__main__":
    sys.exit(main())
