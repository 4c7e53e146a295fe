"""`make run`: deploys the whole stack on this machine, plays a day on it, and shows it live.

Settings come from the environment: TWEETS (a file of posts instead of the sample day), BRAND (one handle of it, or
"all"), STEP (minutes a step), ONCE (end by itself, with a summary and exit status 0 or 1), MAILS (a folder in which the
e-mails are kept).
"""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from desk.policy import PolicyFaults, load
from local import sample_day, tweets
from local.books import balance
from local.cloud import REPOSITORY, CloudError
from local.file_policy import policy_for
from local.mailbox import Mailbox, keep
from local.outcome import outcome
from local.play import Play, Step
from local.script import ScriptError
from local.stack import Stack
from local.view import View
from local.watch import snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from desk.policy import Policy
    from local.script import Script

SHIPPED_POLICY = REPOSITORY / "functions" / "policy.toml"
_MINUTE = 60
_FILE_STEP_MINUTES = 360
_LOOK_SECONDS = 1.0
_REACHED_BY = ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION")
FINE, FAULTY, MISUSED, INTERRUPTED = 0, 1, 2, 130


@dataclass(frozen=True, slots=True)
class Wish:
    """What to play. `step_minutes` None follows every moment; `mails`: where e-mails are kept, None: nowhere."""

    tweets: Path | None
    brand: str
    step_minutes: int | None
    once: bool
    mails: Path | None = None


def wish(environment: Mapping[str, str]) -> Wish:
    """Read what to play; raises ScriptError naming the setting that makes no sense."""
    file, step = environment.get("TWEETS", ""), environment.get("STEP", "")
    if step and not (step.isdigit() and int(step)):
        raise ScriptError(f"STEP is a number of minutes, not {step!r}")
    default, mails = _FILE_STEP_MINUTES if file else None, environment.get("MAILS", "")
    return Wish(
        tweets=Path(file).expanduser() if file else None,
        brand=environment.get("BRAND") or "all",
        step_minutes=int(step) if step else default,
        once=environment.get("ONCE", "") not in {"", "0"},
        mails=Path(mails).expanduser() if mails else None,
    )


def prepare(wanted: Wish) -> tuple[Script, Policy]:
    """Read what is played and by which policy; raises ScriptError, PolicyFaults or OSError."""
    if wanted.tweets is None:
        return sample_day.read(), load(SHIPPED_POLICY)
    script = tweets.read(wanted.tweets, brand=wanted.brand)
    return script, policy_for(script, SHIPPED_POLICY)


def main() -> int:
    """Play what the environment asks for; gives the exit status."""
    console = Console(highlight=False, markup=False)  # what is told comes from files, too
    ends_by_interrupt()
    try:
        wanted = wish(os.environ)
        script, policy = prepare(wanted)
        return _play(script, policy, wanted, console)
    except (ScriptError, PolicyFaults, OSError, CloudError) as fault:
        console.print(Text.assemble(("make run:", "bold red"), f" {fault}"), soft_wrap=True)
        return MISUSED if isinstance(fault, ScriptError | OSError) else FAULTY
    except KeyboardInterrupt:
        console.print("stopped; everything that was started is gone")
        return INTERRUPTED


def _play(script: Script, policy: Policy, wanted: Wish, console: Console) -> int:
    for note in (*(f"kept aside: {each.place}: {each.reason}" for each in script.aside), *script.notes):
        console.print(note, style="dim", soft_wrap=True)
    began = time.monotonic()

    def say(what: str) -> None:
        console.print(f"{time.monotonic() - began:5.0f} s  {what}", style="dim")

    with Stack(script, policy, say=say) as stack:
        mailbox = Mailbox(stack.cloud.sent_mails)
        mailbox_url = mailbox.start()
        try:
            step_seconds = wanted.step_minutes * _MINUTE if wanted.step_minutes else None
            _watch(stack, Play(stack, step_seconds=step_seconds), mailbox_url, console)
            found = outcome(stack, balance(stack), seconds=time.monotonic() - began)
            console.print(found.table, *found.faults, sep="\n")
            if wanted.mails:
                console.print(keep(stack.cloud.sent_mails(), wanted.mails), soft_wrap=True)
            if not wanted.once:
                _wait(console, stack, mailbox_url)
            return FAULTY if found.faults else FINE
        finally:
            mailbox.stop()


def _watch(stack: Stack, play: Play, mailbox_url: str, console: Console) -> None:
    """Play and show; reading the tables takes time, so it is done once a second and at the end."""
    looked_at = 0.0
    step = Step(int(stack.world.now), 0.0)
    with View(console) as view:
        for step in play.steps():
            if time.monotonic() - looked_at > _LOOK_SECONDS:
                view.show(snapshot(stack, step, mailbox_url=mailbox_url))
                looked_at = time.monotonic()
        view.show(snapshot(stack, Step(step.now, 1.0), mailbox_url=mailbox_url))


def _wait(console: Console, stack: Stack, mailbox_url: str) -> None:
    console.print(
        f"The stack keeps running: e-mails at {mailbox_url}, Ctrl-C ends it. For the command in another shell:"
    )
    console.print(for_the_command(stack.cloud.environment(), stack.outputs_stack_name()), soft_wrap=True)
    while True:
        time.sleep(3600)


def for_the_command(environment: Mapping[str, str], stack_name: str) -> str:
    """Give the line for a shell after which `desk` works on this stack."""
    reached = {name: environment[name] for name in _REACHED_BY} | {"DESK_STACK": stack_name}
    return f"export {' '.join(f'{name}={value}' for name, value in reached.items())}"


def ends_by_interrupt() -> None:
    """Let a termination clean up like Ctrl-C; in the background that is ignored, too, unless somebody listens."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, interrupt)


if __name__ == "__main__":
    sys.exit(main())
