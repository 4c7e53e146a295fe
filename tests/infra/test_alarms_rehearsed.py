"""Every alarm rings: what it is there for is made to happen, and what the handlers emit is judged by its definition.

The local cloud turns no emitted metric into an alarm. So each fault is let loose on the real handlers in process
(`rehearsal`), and CloudWatch's own rules (`cloudwatch`) are applied to the points that come of it.
"""

from __future__ import annotations

from unittest.mock import patch

import pytest
from botocore.exceptions import EndpointConnectionError
from msgspec.structs import replace

import respond.handler
import respond.sending
import triage.filing
import triage.handler
from desk.errors import Ambiguous, Misconfigured, Unavailable
from desk.notice import day_of
from desk.policy.model import EngineKind
from desk.store.announcements import Standing, keep_standing
from desk.store.ledger import Ledger
from local.x_simulator import Fault, Kind
from tests.infra.cloudwatch import State, judged, state, watched
from tests.infra.rehearsal import ALWAYS, Rehearsal
from tests.infra.template import resources, template
from tests.torture.faults import Run
from tests.torture.installation import the_policy
from triage.engines import comprehend
from webhook.verdict import DELAYS, Reply

ALARMS = resources("AWS::CloudWatch::Alarm")
UNITS = {
    "UnfiledAge": "Seconds",
    "UnsettledAge": "Seconds",
    "WebhookLag": "Seconds",
    "IteratorAge": "Milliseconds",
}
"""What a threshold is meant in; all else is counted."""
CRASHES, WITHOUT_HANDLE = 0, 6
HOUR, DAY = 3600, 86_400


def x_answers(desk, status, method, path=None):
    desk.x.faults.add(Fault(kind=Kind.ANSWER, status=status, method=method, path=path, times=10_000))


def poll_fails(desk):
    desk.minutes_pass(4, poll=Run(ALWAYS))


def triage_fails(desk):
    desk.people.write(0, CRASHES)
    desk.minutes_pass(2, triage=Run(ALWAYS))


def triage_sweep_fails(desk):
    desk.minutes_pass(4, triage_sweep=Run(ALWAYS))


def respond_fails(desk):
    desk.people.write(0, CRASHES)
    with patch.object(respond.handler, "load", side_effect=Misconfigured("a broken policy")):
        desk.minutes_pass(2)


def respond_sweep_fails(desk):
    desk.minutes_pass(4, respond_sweep=Run(ALWAYS))


def alert_fails(desk):
    desk.minutes_pass(4, alert=Run(ALWAYS))


def summary_fails(desk):
    desk.summary(run=Run(ALWAYS))


def api_fails(desk):
    assert desk.ask("/queue", Run(ALWAYS)).status >= 500


def lag(consumer):
    """Nothing comes through for ten minutes, then a batch fails again and again."""

    def falls_behind(desk):
        desk.people.write(0, CRASHES)
        desk.wait(60)
        desk.poll()
        if consumer == "respond":
            desk.deliver(desk.triage)
        desk.wait(600)
        for _ in range(3):
            desk.wait(60)
            desk.deliver(getattr(desk, consumer), Run(ALWAYS))

    return falls_behind


def the_stream_gives_up(desk):
    desk.people.write(0, CRASHES)
    desk.wait(60)
    desk.poll()
    desk.triage.lose()
    desk.minutes_pass(1)


def lambda_turns_calls_away(desk):
    for _ in range(3):
        desk.wait(60)
        desk.throttled()


def poll_is_silent(desk):
    x_answers(desk, 503, "GET", r".*/mentions")
    desk.minutes_pass(16)


def nobody_writes(desk):
    for _ in range(2 * 24):
        desk.wait(HOUR // 2)
        desk.poll()


def x_does_not_answer(desk):
    x_answers(desk, 503, "GET", r".*/search/recent")
    desk.minutes_pass(16)


def x_takes_no_posts(desk):
    desk.people.write(0, CRASHES)
    desk.wait(60)
    desk.poll()
    while desk.deliver(desk.triage):
        pass
    for _ in range(5):
        desk.line.cut = 1
        desk.deliver(desk.respond)
        desk.sweep_outbox()
        desk.line.cut = 0
        desk.wait(60)


def refusals(status, method, path=None):
    def refuses(desk):
        x_answers(desk, status, method, path)
        desk.people.write(0, CRASHES)
        desk.minutes_pass(2)

    return refuses


def the_budget_is_used_up(desk):
    for name in desk.ledger.spent(day_of(desk.now)):
        desk.ledger.add(day_of(desk.now), name, 1_000_000)
    desk.minutes_pass(2)


def a_search_uses_up_its_reads(desk):
    (search,) = the_policy().searches
    (counter,) = [name for name in desk.ledger.spent(day_of(desk.now)) if search.name in name]
    desk.ledger.add(day_of(desk.now), counter, search.daily_reads - 12)
    for customer in range(3):
        desk.people.write(customer, WITHOUT_HANDLE)
    desk.minutes_pass(2)


def x_sends_nonsense(desk):
    desk.x.faults.add(Fault(kind=Kind.DROP_FIELDS, fields=("author_id",), times=100))
    desk.people.write(0, CRASHES)
    desk.minutes_pass(2)


def a_post_is_lost_from_sight(desk):
    desk.x.faults.add(Fault(kind=Kind.SILENCE, method="POST"))
    desk.people.write(0, CRASHES)
    desk.minutes_pass(20)


def nothing_is_read_for_a_week(desk):
    desk.people.write(0, CRASHES)
    desk.wait(8 * DAY)
    desk.minutes_pass(1)


def filing_fails(minutes):
    def fails(desk):
        desk.people.write(0, CRASHES)
        with patch.object(triage.filing, "assess", side_effect=ValueError("a fault of the code")):
            desk.minutes_pass(minutes)

    return fails


class _Down:
    """Amazon Comprehend on a bad day."""

    def __getattr__(self, operation):
        return self._refuse

    def _refuse(self, **_):
        raise EndpointConnectionError(endpoint_url="https://comprehend.example")


def unreadable(place):
    """Newer code wrote an item in a form of its own before older code was deployed again."""

    def stands_there(desk):
        desk.unreadable.append(place(desk.now))
        desk.ledger.put(*desk.unreadable[-1], "of tomorrow")
        desk.minutes_pass(2)

    return stands_there


def usage_is_not_written_down(desk):
    with patch.object(Ledger, "add_usage", side_effect=Unavailable("the ledger does not answer")):
        desk.minutes_pass(15)


def comprehend_does_not_answer(desk):
    asking = replace(the_policy(), engine=EngineKind.COMPREHEND)
    with patch.object(triage.handler, "load", lambda _: asking), patch.object(comprehend, "comprehend", _Down):
        for customer in range(4):
            desk.people.write(customer, CRASHES)
            desk.minutes_pass(1)


def settling_fails(minutes):
    def fails(desk):
        desk.people.write(0, CRASHES)
        with patch.object(respond.sending, "compose", side_effect=ValueError("a fault of the code")):
            desk.minutes_pass(minutes)

    return fails


def the_answer_of_ses_is_lost(desk):
    desk.people.write(0, CRASHES)
    desk.minutes_pass(2)
    desk.mail_fails = Ambiguous("SES did not answer")
    desk.wait(5 * HOUR)
    desk.minutes_pass(2)


def receiver(reply, minutes=20):
    """What happens is to be told, and the receiver answers so."""

    def answers(desk):
        desk.receiver_says = reply
        desk.people.write(0, CRASHES)
        desk.minutes_pass(minutes)

    return answers


def nobody_takes_it(desk):
    receiver(Reply(500), minutes=2)(desk)
    for _ in DELAYS:
        desk.wait(27 * HOUR)
        desk.tell_others()
    desk.minutes_pass(1)


def webhook_fails(desk):
    desk.minutes_pass(4, webhook=Run(ALWAYS))


REHEARSED = {
    "PollErrorsAlarm": poll_fails,
    "TriageErrorsAlarm": triage_fails,
    "TriageSweepErrorsAlarm": triage_sweep_fails,
    "RespondErrorsAlarm": respond_fails,
    "RespondSweepErrorsAlarm": respond_sweep_fails,
    "AlertErrorsAlarm": alert_fails,
    "SummaryErrorsAlarm": summary_fails,
    "ApiErrorsAlarm": api_fails,
    "TriageLagAlarm": lag("triage"),
    "RespondLagAlarm": lag("respond"),
    "FailureQueueAlarm": the_stream_gives_up,
    "ThrottlesAlarm": lambda_turns_calls_away,
    "PollSilentAlarm": poll_is_silent,
    "SilenceAlarm": nobody_writes,
    "XUnavailableAlarm": x_does_not_answer,
    "XTakesNoPostsAlarm": x_takes_no_posts,
    "PollCredentialRefusedAlarm": refusals(401, "GET"),
    "RespondCredentialRefusedAlarm": refusals(401, "POST"),
    "SourceRefusedAlarm": refusals(403, "GET", r".*/search/recent"),
    "PollCreditsDepletedAlarm": refusals(402, "GET"),
    "RespondCreditsDepletedAlarm": refusals(402, "POST"),
    "BudgetStageAlarm": the_budget_is_used_up,
    "ReadBudgetUsedUpAlarm": a_search_uses_up_its_reads,
    "MalformedPostAlarm": x_sends_nonsense,
    "UnknownOutcomeAlarm": a_post_is_lost_from_sight,
    "CoverageGapAlarm": nothing_is_read_for_a_week,
    "UnfiledAgeAlarm": filing_fails(17),
    "FilingFailedAlarm": filing_fails(5),
    "TriageUnreadableItemsAlarm": unreadable(lambda _: ("ONGOING", "1")),
    "AlertUnreadableItemsAlarm": unreadable(lambda now: (f"NOTICE#{day_of(now)}", "1#9-9#x")),
    "WebhookUnreadableItemsAlarm": unreadable(lambda now: ("WEBHOOK", f"{now:012d}#evt_1")),
    "UsageNotCountedAlarm": usage_is_not_written_down,
    "ComprehendUnavailableAlarm": comprehend_does_not_answer,
    "UnsettledAgeAlarm": settling_fails(17),
    "SettlingFailedAlarm": settling_fails(5),
    "MailAnswersLostAlarm": the_answer_of_ses_is_lost,
    "WebhookErrorsAlarm": webhook_fails,
    "WebhookFailedAlarm": receiver(Reply(500)),
    "WebhookLagAlarm": receiver(Reply(429, "1200")),
    "WebhookGoneAlarm": receiver(Reply(410), minutes=2),
    "WebhookFailureQueueAlarm": nobody_takes_it,
}


@pytest.fixture
def desk():
    """A desk on a good day."""
    with Rehearsal() as desk:
        desk.lets_in()
        desk.people.write(2, WITHOUT_HANDLE)
        desk.minutes_pass(3)
        yield desk


def is_told(name, desk):
    """The alarm sends a mail: it rings, or it says that it has no data where it was told to say so."""
    found = state(ALARMS[name], desk.points, now=desk.now)
    speaks_without_data = "InsufficientDataActions" in ALARMS[name]
    return found is State.ALARM or (found is State.INSUFFICIENT_DATA and speaks_without_data)


def test_every_alarm_is_rehearsed():
    assert set(REHEARSED) == set(ALARMS)


@pytest.mark.parametrize("name", sorted(ALARMS))
def test_an_alarm_rings_when_what_it_is_there_for_happens_and_ends_when_that_is_over(desk, name):
    assert not is_told(name, desk)
    REHEARSED[name](desk)
    assert is_told(name, desk)
    points = watched(ALARMS[name], desk.points)
    assert {point.unit for point in points} == {UNITS.get(ALARMS[name]["MetricName"], "Count")}
    _mend(desk)
    assert not is_told(name, desk)


def test_on_a_good_day_no_alarm_rings(desk):
    for hour in range(3):
        desk.people.write(hour, CRASHES)
        desk.minutes_pass(15)
        desk.people.answer(len(desk.people.standing()) - 1, 0, 0)
        desk.minutes_pass(15)
    desk.summary()
    assert desk.ask("/queue").status == 200
    assert [name for name in ALARMS if is_told(name, desk)] == []


def test_before_the_setup_no_alarm_rings():
    with Rehearsal() as desk:
        desk.ledger.delete("DESK", "SETUP")
        desk.minutes_pass(20)
        states = {name: state(alarm, desk.points, now=desk.now) for name, alarm in ALARMS.items()}
        assert [name for name, found in states.items() if found is State.ALARM] == []


def test_a_poll_that_does_not_run_at_all_is_told(desk):
    desk.wait(HOUR)
    assert state(ALARMS["PollSilentAlarm"], desk.points, now=desk.now) is State.INSUFFICIENT_DATA
    assert is_told("PollSilentAlarm", desk)


@pytest.mark.parametrize(
    ("found", "missing", "not_breaching"),
    [
        ("0XX", State.OK, State.OK),
        ("0", State.OK, State.OK),
        ("", State.INSUFFICIENT_DATA, State.OK),
        ("XXX", State.ALARM, State.ALARM),
        ("X", State.ALARM, State.OK),
    ],
)
def test_alarms_are_judged_as_in_the_examples_of_the_guide(found, missing, not_breaching):
    """The guide's table for three of three periods; `X` breaches, `0` does not, what is left out is missing."""
    breaches = [each == "X" for each in found]
    assert judged(breaches, periods=3, needed=3, missing="missing") is missing
    assert judged(breaches, periods=3, needed=3, missing="notBreaching") is not_breaching


def test_each_alarms_statistic_is_that_of_what_it_watches():
    for name, alarm in ALARMS.items():
        is_level = alarm["MetricName"] in {
            *UNITS,
            "BudgetStage",
            "WebhookGone",
            "ApproximateNumberOfMessagesVisible",
        }
        assert alarm["Statistic"] == ("Maximum" if is_level else "Sum"), name


def test_the_longest_silence_is_what_the_team_says():
    assert ALARMS["SilenceAlarm"]["EvaluationPeriods"] == {"Ref": "LongestSilenceHours"}
    hours = template()["Parameters"]["LongestSilenceHours"]
    # "Evaluation periods times period: at most seven days, for periods of an hour or more" (PutMetricAlarm, 2026-11).
    assert hours["MaxValue"] * ALARMS["SilenceAlarm"]["Period"] <= 7 * DAY


def _mend(desk):
    """Whatever was broken works again; a day later everything is as it was."""
    desk.x.faults.clear()
    desk.line.cut = 0
    desk.mail_fails = None
    desk.receiver_says = Reply(204)
    desk.undelivered.clear()
    for place in desk.unreadable:
        desk.ledger.delete(*place)
    keep_standing(desk.ledger, Standing())
    desk.drain()
    desk.triage.given_up.clear()
    desk.respond.given_up.clear()
    desk.wait(DAY)
    desk.people.write(1, CRASHES)
    desk.minutes_pass(16)
