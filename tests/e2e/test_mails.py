"""The mails as they left: each once, true, and without anybody's personal data."""

import re

from desk.reach import Fact
from local import sample_day
from report.summary_mail import MOST_BREACHES

PERSONAL = ["07700 900142", "7700900142", "PW-7QK2ZD", "7QK2ZD"]
"""A telephone number and a booking that a customer of the sample day posts in public."""


def mails(stack, words):
    return [mail for mail in stack.cloud.sent_mails() if words in f"{mail.subject}\n{mail.text}"]


def test_an_unhappy_post_that_many_may_read_is_told_once_for_each_reason(played):
    stack = played.stack
    post_id = stack.ids["wheelchair"]  # by an account with 184,300 followers, and widely liked
    (case,) = (each for each in stack.desk.customer_cases("80215") if each.opening_post == post_id)
    assert (case.followers, {each.fact for each in case.viral}) == (184_300, set(Fact))
    told = "\n".join(mail.text for mail in mails(stack, "Reactions are likes"))
    assert told.count(f"/cases/{case.case_id}") == len(Fact)
    assert "184,300 FOLLOWERS" in told


def test_each_day_has_one_daily_summary(played):
    daily = [mail.subject for mail in mails(played.stack, "Daily summary")]
    assert [subject.rpartition(" - ")[2] for subject in daily] == ["Tuesday 10 March 2026", "Wednesday 11 March 2026"]


def test_a_daily_summary_asked_for_again_is_not_sent_again(desk):
    before = len(mails(desk.stack, "Daily summary"))
    desk.stack.invoke("Summary", {"kind": "daily"})
    assert len(mails(desk.stack, "Daily summary")) == before


def test_the_figures_of_a_summary_are_those_of_the_api(desk):
    assert desk.types("summary", "--from", "2026-03-10", "--to", "2026-03-11").status == 0
    mail = desk.stack.cloud.sent_mails()[-1]
    figures = desk.reads("/reports/sla?from=2026-03-10&to=2026-03-11")
    volume, coverage, first = figures["volume"], figures["coverage"], figures["responses"]["answerable"]
    told = re.sub(r" +", " ", mail.text)
    assert f"Cases {volume['cases']} ({volume['answerable']} answerable, {volume['posts']} posts)" in told
    assert f"{coverage['answered']} of {coverage['answerable']} answered or thanked" in told
    assert f"Answerable cases {first['answered']} of {first['n']} " in told
    assert f"{figures['acknowledgements']['sent']} sent, " in told
    listed = told.partition("BREACHES")[2].partition("TEAMS AND PEOPLE")[0]
    assert listed.count("/cases/") == min(len(figures["breaches"]), MOST_BREACHES)


def test_a_summary_says_what_its_days_cost_by_what_the_functions_counted(played):
    costs = played.outcome.figures["costs"]
    amounts = {each["kind"]: each["amount"] for each in costs["kinds"]}
    assert costs["days_counted"] == 2
    assert costs["mentions"] == sample_day.expected().mentions
    used = (
        "post_read",
        "summoned_reply",
        "write_unit",
        "refused_unit",
        "read_unit",
        "invocation",
        "megabyte_ms",
        "mail",
    )
    assert not [kind for kind in used if not amounts[kind]]
    assert costs["total"]["usd"] > costs["aws"]["usd"] > 0


def test_every_breach_was_told_to_the_team_that_has_the_case(played):
    policy, stack = played.stack.policy, played.stack
    for breach in played.outcome.figures["breaches"]:
        telling = [mail for mail in mails(stack, "LATE") if f"/cases/{breach['case_id']}" in mail.text]
        assert telling, breach
        team = policy.teams[breach["team"]]
        told = {mail.recipients for mail in telling}
        assert team.emails in told
        assert told <= {team.emails, *(level.emails for level in team.escalation)}


def test_an_alert_shows_the_post_without_its_personal_data(desk):
    written = desk.writes("@PebblewingHelp my bag is lost. Booking PW-9ZX8YW, call me on 07700 900777, please")
    desk.minutes_pass(1)
    due_at = desk.reads(f"/cases/{written.case_id}")["due_at"]
    desk.minutes_pass((due_at - desk.now) // 60 + 1)
    (mail,) = [each for each in mails(desk.stack, "LATE") if f"/cases/{written.case_id}" in each.text]
    assert "my bag is lost" in mail.text
    assert not [each for each in ("9ZX8YW", "07700 900777", "7700900777") if each in mail.text + mail.html]


def test_no_mail_holds_personal_data(played):
    for mail in played.stack.cloud.sent_mails():
        assert not [each for each in PERSONAL if each in mail.subject + mail.text + mail.html]


def test_every_mail_comes_from_the_desk_as_html_and_as_text(played):
    sent = played.stack.cloud.sent_mails()
    assert {mail.sender for mail in sent} == {"desk@pebblewing.example"}
    assert all(mail.text.strip() and "</html>" in mail.html for mail in sent)
    assert not [mail.subject for mail in sent if "<" in mail.text]
