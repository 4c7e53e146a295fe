"""Write the posts whose category people changed to a file of labels that `make train` takes. It changes no case."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

from desk.accuracy import Aspect, corrections
from desk.errors import Misconfigured
from desk.policy.model import Category
from desk.privacy import redact
from desk.store.cases_of_period import cases_of_period
from desk.story import Story
from operate.csv_file import write
from operate.days import add_days, asked_period
from operate.outcome import Outcome
from operate.policy_file import add_policy, read
from report.wording import count
from triage.signals import Sentiment

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

    from desk.accuracy import Correction
    from desk.case import Case
    from desk.figures import Period
    from desk.policy import Policy
    from operate.deployment import Deployment
    from operate.terminal import Terminal

NAME = "labels"
HELP = "write people's corrections to a file for make train"

_FORBIDDEN = (
    "X's developer guidelines forbid training models on content obtained through the X API (read 2026-08). These posts "
    "are such content: train on labels from elsewhere, such as mail and chat, unless X has permitted it."
)
_TONE = {
    Category.COMPLAINT: Sentiment.NEGATIVE,
    Category.TROLL: Sentiment.NEGATIVE,
    Category.QUESTION: Sentiment.NEUTRAL,
    Category.REQUEST: Sentiment.NEUTRAL,
    Category.CHATTER: Sentiment.NEUTRAL,
    Category.PRAISE: Sentiment.POSITIVE,
}
"""The tone that a person's word for a post tells. A problem, an idea, a joke or a wish to buy may have any."""


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("file", type=Path, metavar="FILE.csv", help="where they go: text, label, language")
    add_days(parser)
    parser.add_argument("--i-have-permission", action="store_true", help="X permits us to train on its content")
    add_policy(parser)


def run(deployment: Deployment, arguments: Namespace, terminal: Terminal) -> Outcome:
    """Write the corrections of the cases opened in a period, with personal data taken out.

    Raises Misconfigured where X's permission is not confirmed, ArgumentError for days in the wrong order.
    """
    policy = read(arguments.policy)
    period = asked_period(arguments, policy.time_zone)
    terminal.say(_FORBIDDEN)
    if not (arguments.i_have_permission or terminal.confirms("Has X permitted you to train on these posts?")):
        raise Misconfigured("nothing was written; with X's permission, say --i-have-permission")
    found = list(_corrections(deployment, period))
    labelled = [_row(each, policy) for each in found if each.event.has_text and each.category in _TONE]
    _write(arguments.file, labelled)
    value = {"file": str(arguments.file), "corrections": len(found), "labels": len(labelled)}
    return Outcome(value, _told(arguments.file, len(found), len(labelled)))


def _corrections(deployment: Deployment, period: Period) -> Iterator[Correction]:
    for case in cases_of_period(deployment.desk, deployment.ledger, period):
        if any(each.aspect is Aspect.CATEGORY and each.by_triage != each.by_people for each in case.judged):
            yield from corrections(_story(deployment, case))


def _story(deployment: Deployment, case: Case) -> Story:
    events = deployment.desk.events_from(case.customer_id, case.first_key)
    return Story(event for event in events if event.filing and event.filing.case_id == case.case_id)


def _row(correction: Correction, policy: Policy) -> tuple[str, str, str]:
    event = correction.event
    made = event.filing.assessment if event.filing else None
    text = redact(event.post.text if event.post else "", policy.personal_data_patterns)
    return text, _TONE[correction.category], made.language if made else policy.default_language


def _write(file: Path, labelled: list[tuple[str, str, str]]) -> None:
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(("text", "label", "language"))
    writer.writerows(labelled)
    write(file, lines.getvalue())


def _told(file: Path, found: int, labelled: int) -> str:
    return (
        f"Wrote {count(labelled, 'label')} to {file}, of {count(found, 'corrected post')}. Left out: posts without a "
        "text any more, and categories that tell no tone."
    )
