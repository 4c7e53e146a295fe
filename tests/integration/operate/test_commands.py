"""What an operator does day by day."""

from __future__ import annotations

import io
import json
from typing import Any

import boto3
import pytest

from api.auth import admit
from api.problems import ProblemError
from desk.access import Scope
from desk.event import Direction, Event, Kind
from desk.policy import Role, load
from desk.post import Post
from desk.snowflake import id_at
from desk.store.ledger import RunningPolicy
from operate import command_line, surroundings
from operate.deployment import Deployment
from operate.policy_file import SHIPPED
from poll.coverage import SourceState
from tests.cases import HOUR, NOON, a_case


@pytest.fixture
def set_up(operator: Any, answers_file: Any, monkeypatch: Any) -> Any:
    operator.reads("setup", "--from-file", answers_file(posting=True))
    monkeypatch.setattr("operate.sender._is_verified", lambda *_: True)  # somebody followed the link in the mail of SES
    for handle in operator.ledger.setup().handles:
        at = int(id_at(NOON - 60))
        operator.ledger.put("SOURCES", f"mentions:{handle}", SourceState(at, at, at, at, NOON))
    operator.ledger.put("DESK", "POLICY", RunningPolicy(load(SHIPPED).version, NOON - 600))
    operator.types("webhook", "set", "--url", "https://crm.example/in")
    return operator


def findings(operator: Any) -> dict[str, Any]:
    return {each["what"]: each for each in operator.reads("doctor")["findings"]}


def test_stop_ends_all_posting_and_go_lets_it_go_on(set_up: Any) -> None:
    assert set_up.types("stop", "--by", "Ada") == 0
    assert not set_up.ledger.switch().allows("desk")
    assert set_up.ledger.switch().by == "Ada"
    assert set_up.types("go") == 0
    assert set_up.ledger.switch().allows("desk")


def test_go_before_setup_is_refused(operator: Any) -> None:
    assert operator.types("go") == 1
    assert "desk setup" in operator.complaints
    assert operator.ledger.switch() is None


def test_a_token_lets_its_bearer_in_until_it_is_revoked(set_up: Any) -> None:
    made = set_up.reads("tokens", "create", "wallboard", "--scope", "viewer")
    assert admit(f"Bearer {made['token']}", Scope.VIEWER, set_up.ledger).name == "wallboard"
    assert set_up.types("tokens", "revoke", "wallboard") == 0
    with pytest.raises(ProblemError):
        admit(f"Bearer {made['token']}", Scope.VIEWER, set_up.ledger)


def test_a_rotated_token_lets_its_bearer_in_and_the_one_before_no_more(set_up: Any) -> None:
    before = set_up.reads("tokens", "create", "wallboard", "--scope", "agent")
    after = set_up.reads("tokens", "rotate", "wallboard")
    assert (after["name"], after["scope"]) == ("wallboard", "agent")
    assert admit(f"Bearer {after['token']}", Scope.AGENT, set_up.ledger).name == "wallboard"
    with pytest.raises(ProblemError):
        admit(f"Bearer {before['token']}", Scope.VIEWER, set_up.ledger)
    assert [each["name"] for each in set_up.reads("tokens")["tokens"]] == ["first", "wallboard"]


def test_the_list_of_tokens_shows_names_and_no_token(set_up: Any) -> None:
    made = set_up.reads("tokens", "create", "wallboard")
    listed = set_up.reads("tokens", "list")["tokens"]
    assert [(each["name"], each["scope"]) for each in listed] == [("first", "admin"), ("wallboard", "viewer")]
    assert made["token"] not in json.dumps(listed)


def test_a_name_is_given_to_one_token_only(set_up: Any) -> None:
    assert set_up.types("tokens", "create", "first") == 1
    assert "already" in set_up.complaints


@pytest.mark.parametrize("words", [("revoke", "nobody"), ("revoke",), ("create",), ("rotate", "nobody"), ("rotate",)])
def test_a_token_that_is_not_named_rightly_is_told(set_up: Any, words: tuple[str, ...]) -> None:
    assert set_up.types("tokens", *words) in {1, 2}
    assert set_up.complaints


def test_the_doctor_finds_a_desk_in_order_fine(set_up: Any) -> None:
    found = set_up.reads("doctor")
    assert [each for each in found["findings"] if each["verdict"] != "fine"] == []
    assert found["is_fine"]


def test_whatever_is_not_fine_is_found_with_what_to_do(operator: Any) -> None:
    found = operator.reads("doctor")["findings"]
    assert [each for each in found if (each["verdict"] == "fine") != (each["remedy"] == "")] == []


def test_the_doctor_says_what_each_account_may_do(set_up: Any) -> None:
    found = findings(set_up)
    assert found["rights of @PebblewingHelp"]["found"] == "may read and post"
    assert found["credentials"]["verdict"] == "fine"


def test_the_doctor_notices_tokens_that_may_only_read(set_up: Any, world: Any) -> None:
    owner = world.user_named("pebblewinghelp")
    world.add_user(owner, token="token-pebblewing-help", may_write=False)
    rights = findings(set_up)["rights of @PebblewingHelp"]
    world.add_user(owner, token="token-pebblewing-help")
    assert (rights["verdict"], rights["found"]) == ("wrong", "may only read")
    assert "mint new tokens" in rights["remedy"]


def test_an_agents_account_need_not_post(set_up: Any, world: Any) -> None:
    agent = next(handle for handle in load(SHIPPED).handles if handle.role is Role.AGENT)
    owner = world.user_named(agent.name)
    world.add_user(owner, token=f"token-{agent.credentials}", may_write=False)
    rights = findings(set_up)[f"rights of @{agent.name}"]
    world.add_user(owner, token=f"token-{agent.credentials}")
    assert (rights["verdict"], rights["found"]) == ("fine", "may read")


def test_the_doctor_notices_that_nobody_hears_of_alarms(set_up: Any) -> None:
    sns = boto3.client("sns")
    (subscription,) = sns.list_subscriptions()["Subscriptions"]
    sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
    found = findings(set_up)["mails of alarms"]
    assert (found["verdict"], found["found"]) == ("wrong", "nobody is told of an alarm")


def test_the_doctor_notices_an_address_that_never_confirmed(set_up: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(
        surroundings, "_PENDING", boto3.client("sns").list_subscriptions()["Subscriptions"][0]["SubscriptionArn"]
    )
    found = findings(set_up)["mails of alarms"]
    assert (found["verdict"], found["found"]) == ("wrong", "not confirmed: operations@pebblewing.example")


def test_the_doctor_notes_halted_schedules(set_up: Any) -> None:
    scheduler = boto3.client("scheduler")
    poll = scheduler.get_schedule(GroupName="pebblewing", Name="poll")
    kept = {name: poll[name] for name in ("GroupName", "Name", "ScheduleExpression", "FlexibleTimeWindow", "Target")}
    scheduler.update_schedule(**kept, State="DISABLED")
    found = findings(set_up)["schedules"]
    assert (found["verdict"], found["found"]) == ("note", "1 of 2 are halted")
    for name in ("poll", "summary"):
        scheduler.delete_schedule(GroupName="pebblewing", Name=name)
    assert findings(set_up)["schedules"]["verdict"] == "wrong"


def test_the_doctor_holds_the_policy_that_runs_against_the_file(set_up: Any) -> None:
    set_up.ledger.put("DESK", "POLICY", RunningPolicy("0123456789ab", NOON))
    found = findings(set_up)["policy"]
    assert (found["verdict"], found["found"]) == ("note", f"0123456789ab runs, the file is {load(SHIPPED).version}")


def test_the_doctor_notes_that_summaries_are_sent_by_another_clock(set_up: Any, tmp_path: Any) -> None:
    file = tmp_path / "policy.toml"
    text = SHIPPED.read_text(encoding="utf-8")
    zone = load(SHIPPED).time_zone
    file.write_text(text.replace(f'time_zone = "{zone}"', 'time_zone = "Asia/Tokyo"'), encoding="utf-8")
    found = {each["what"]: each for each in set_up.reads("doctor", "--policy", str(file))["findings"]}
    assert (found["time zone"]["verdict"], found["time zone"]["remedy"]) == ("note", "deploy with TimeZone=Asia/Tokyo")


def test_the_doctor_names_what_is_missing_before_setup(operator: Any) -> None:
    assert operator.types("doctor") == 1
    found = {each["what"]: each for each in operator.reads("doctor")["findings"]}
    assert found["setup"]["remedy"] == "run `desk setup`"
    assert found["credentials"]["verdict"] == "wrong"
    assert found["sender"]["verdict"] == "wrong"
    assert found["posting"]["verdict"] == "note"


def test_the_doctor_goes_on_where_something_can_not_be_looked_at(set_up: Any) -> None:
    sqs = boto3.client("sqs")
    sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName="failures")["QueueUrl"])
    found = {each["what"]: each for each in set_up.reads("doctor")["findings"]}
    assert found["failure queue"]["verdict"] == "wrong"
    assert found["failure queue"]["found"].startswith("can't be looked at: ")
    assert found["credentials"]["verdict"] == "fine"


def test_the_doctor_notices_that_polling_stopped(set_up: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("desk.clock.time.time", lambda: NOON + 3 * HOUR)
    assert set_up.types("doctor") == 1
    assert "mentions of @pebblewing" in set_up.printed


def test_the_doctor_notices_events_that_nobody_filed(set_up: Any, monkeypatch: Any) -> None:
    post = Post("7001", "7001", "901", "7001", NOON, "help")
    event = Event(
        "901", Kind.POST, "7001", NOON, NOON, "mentions", post_id="7001", direction=Direction.INBOUND, post=post
    )
    set_up.desk.append(event)
    monkeypatch.setattr("desk.clock.time.time", lambda: NOON + 600)
    found = {each["what"]: each for each in set_up.reads("doctor")["findings"]}
    assert found["events not filed"]["verdict"] == "wrong"
    assert found["events not filed"]["found"] == "1, the oldest for 10 min"


def test_doctor_and_status_say_what_the_budget_leaves_off(set_up: Any) -> None:
    budget = {each["what"]: each for each in set_up.reads("doctor")["findings"]}["budget for X"]
    assert (budget["verdict"], budget["found"]) == (
        "fine",
        "everything is on; USD 0.00 of 40.00 today, 0.00 of 400.00 this month",
    )
    set_up.ledger.count(NOON, "reads:search:brand", 8_000)
    budget = {each["what"]: each for each in set_up.reads("doctor")["findings"]}["budget for X"]
    assert budget["verdict"] == "note"
    assert budget["found"].startswith("searches and acknowledgements are off until Tue 03 Mar 2026 00:00 UTC")
    assert "raise [budget]" in budget["remedy"]
    assert set_up.reads("status")["budget"]["stage"] == "queue_only"


def test_status_tells_what_the_desk_knows_of_itself(set_up: Any) -> None:
    set_up.ledger.add("2026-03-02", "reads", 7)
    told = set_up.reads("status")
    assert told["posting"] is True
    assert told["spent_today"] == {"reads": 7}
    assert set_up.types("status") == 0
    assert "@pebblewinghelp" in set_up.printed


def test_the_queue_is_counted_as_the_api_counts_it(set_up: Any) -> None:
    set_up.desk.save_case(a_case(1))
    told = set_up.reads("queue")
    care = next(team for team in told["teams"] if team["team"] == "care")
    assert care["counts"]["pending"] == 1
    assert set_up.types("queue") == 0
    assert care["next_due"]["case_id"] == "901-5001"
    assert " 1 h " in set_up.printed


FIGURES = {
    "volume": {"cases": 3, "answerable": 2, "posts": 5},
    "coverage": {"share": 0.5, "answered": 1, "answerable": 2},
    "responses": {"answerable": {"median_seconds": 1740.0, "p90_seconds": None}},
    "hit_rates": [{"metric": "first_response", "team": None, "priority": None, "share": 0.85, "n": 40}],
    "agents": [{"agent": "Mia", "cases": 2}],
    "breach_count": 7,
    "staffing": None,
    "costs": {"total": {"usd": 2.11}},
}


@pytest.fixture
def summed_up(set_up: Any, monkeypatch: Any) -> Any:
    """Lets the summary function answer as it is told; gives what it was asked."""

    def answers(**answer: Any) -> list[Any]:
        asked: list[Any] = []
        payload = json.dumps(answer.pop("payload")).encode()

        class FakeLambda:
            def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803
                asked.append((FunctionName, json.loads(Payload)))
                return {"Payload": io.BytesIO(payload), **answer}

        def found(stack: str, client: Any) -> Deployment:
            return Deployment(stack, {"SummaryFunctionName": "s"}, {}, lambda _: FakeLambda())

        monkeypatch.setattr(command_line, "find", found)
        return asked

    return answers


TWO_DAYS = ("--from", "2026-03-01", "--to", "2026-03-02")


def test_a_summary_by_hand_asks_the_summary_function_for_its_last_day_too(set_up: Any, summed_up: Any) -> None:
    answer = {"kind": "period", "figures": FIGURES}
    asked = summed_up(payload=answer)
    assert set_up.reads("summary", *TWO_DAYS) == answer
    assert asked == [("s", {"kind": "period", "from": "2026-03-01", "to": "2026-03-03"})]


def test_people_see_the_head_of_a_summary(set_up: Any, summed_up: Any) -> None:
    summed_up(payload={"kind": "period", "figures": FIGURES})
    assert set_up.types("summary", *TWO_DAYS) == 0
    for told in ("3, 2 answerable, 5 posts", "50 %, 1 of 2", "median 29 min", "85 % of 40", "2.11 USD"):
        assert told in set_up.printed


def test_days_without_a_case_have_no_mail_which_is_said(set_up: Any, summed_up: Any) -> None:
    summed_up(payload={"kind": "period", "figures": FIGURES | {"volume": {"cases": 0}}})
    assert set_up.types("summary", *TWO_DAYS) == 0
    assert "No case, so no mail was sent." in set_up.printed


def test_the_figures_of_a_summary_are_written_as_rows(set_up: Any, summed_up: Any, tmp_path: Any) -> None:
    summed_up(payload={"kind": "period", "figures": FIGURES})
    assert set_up.types("summary", *TWO_DAYS, "--csv", str(tmp_path / "rows.csv")) == 0
    written = (tmp_path / "rows.csv").read_bytes()
    assert written.startswith(b"figure,value\r\nvolume.cases,3\r\n")
    assert b"\r\nagents.Mia.cases,2\r\n" in written
    assert b"\r\nstaffing,\r\n" in written
    summed_up(payload={"kind": "period", "figures": FIGURES})
    assert set_up.types("summary", *TWO_DAYS, "--csv", str(tmp_path / "nowhere" / "rows.csv")) == 1
    assert "the summary was sent" in set_up.complaints


def test_a_summary_that_failed_is_told(set_up: Any, summed_up: Any) -> None:
    summed_up(FunctionError="Unhandled", payload={"errorMessage": "no sender"})
    assert set_up.types("summary", *TWO_DAYS) == 1
    assert "no sender" in set_up.complaints
