"""What the live view shows, read from the deployed stack: its API for the queue, its tables for the rest."""

from __future__ import annotations

import json
import urllib.request
from collections import Counter
from typing import TYPE_CHECKING, Any

from desk.case import Case, Status
from desk.store.days import days_opened
from local.view import LAST_ACKNOWLEDGED, LAST_SUBJECTS, Acknowledged, Snapshot, Team

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.play import Step
    from local.stack import Stack

_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def ask(stack: Stack, path: str) -> Any:
    """Call the desk's API as anybody would, and give the document; raises URLError with the gateway's answer."""
    request = urllib.request.Request(f"{stack.api_url}{path}", headers={"Authorization": f"Bearer {stack.token}"})
    with _DIRECT.open(request, timeout=60) as answer:
        return json.load(answer)


def act(stack: Stack, path: str, verb: str, body: Mapping[str, Any]) -> None:
    """Do something to what stands at a path, as a lead would who has just looked at it."""
    bearer = {"Authorization": f"Bearer {stack.token}"}
    with _DIRECT.open(urllib.request.Request(f"{stack.api_url}{path}", headers=bearer), timeout=60) as seen:
        headers = bearer | {"If-Match": seen.headers["ETag"], "Idempotency-Key": f"{verb}-{int(stack.world.now)}"}
    request = urllib.request.Request(
        f"{stack.api_url}{path}/{verb}",
        data=json.dumps(body).encode(),
        headers=headers | {"Content-Type": "application/json"},
    )
    with _DIRECT.open(request, timeout=60):
        pass


def snapshot(stack: Stack, step: Step, *, mailbox_url: str) -> Snapshot:
    """Read everything the view shows at one step of the play."""
    cases = list(_cases(stack))
    statuses = Counter(case.status for case in cases)
    replies = Counter(str(case.acknowledgement).split(":")[0] for case in cases)
    mails = stack.cloud.sent_mails()
    return Snapshot(
        title=stack.script.title,
        now=step.now,
        time_zone=stack.policy.time_zone,
        share=step.share,
        mentions=sum(case.posts for case in cases),
        open=statuses[Status.WAITING],
        answered=statuses[Status.ANSWERED] + statuses[Status.RESOLVED],
        closed=statuses[Status.CLOSED],
        x_calls=sum(stack.simulator.report()["requests"].values()),
        teams=tuple(_teams(ask(stack, "/queue"), stack)),
        sent=replies["sent"],
        refused=replies["refused"],
        waiting=replies["planned"] + replies["deferred"],
        acknowledged=tuple(_latest(stack)),
        mails=len(mails),
        subjects=tuple(mail.subject for mail in reversed(mails[-LAST_SUBJECTS:])),
        api_url=stack.api_url,
        token=stack.token,
        mailbox_url=mailbox_url,
    )


def _cases(stack: Stack) -> Iterator[Case]:
    for day, _ in days_opened(stack.ledger):
        yield from stack.desk.cases_of_day(day)


def _teams(queue: Any, stack: Stack) -> Iterator[Team]:
    for team in queue["teams"]:
        counts = team["counts"]
        title = stack.policy.teams[team["team"]].title
        yield Team(title, counts["waiting"], counts["imminent"], counts["breaching"])


def _latest(stack: Stack) -> Iterator[Acknowledged]:
    """Give the last automatic replies as X shows them."""
    world, scripted = stack.world, set(stack.ids.values())
    own = [user.id for each in stack.policy.handles if (user := world.user_named(each.name))]
    posts = [post for user_id in own for post in world.posts_by(user_id, user_id) if str(post.id) not in scripted]
    for post in sorted(posts, key=lambda post: -post.id)[:LAST_ACKNOWLEDGED]:
        customer = world.user(world.author_replied_to(post) or "")
        yield Acknowledged(post.created_ms // 1000, customer.username if customer else "", post.full.text)
