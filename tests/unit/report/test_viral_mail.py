from __future__ import annotations

import pytest
from msgspec.structs import replace

from desk.policy.model import Category, Priority
from report.digest import digests
from report.viral_mail import news, viral_mail
from tests.stories import MINUTE, MORNING, counted, introduced, shipped_policy, the_case, wrote
from triage.notices import notices

POLICY = shipped_policy()
LARGE = POLICY.reach.followers
NOW = MORNING + 40 * MINUTE


def digest_of(*events, case_id="501-77"):
    case = replace(the_case(events, minute=40), case_id=case_id)
    found = digests(notices(case, now=NOW), {case.case_id: case}, POLICY, NOW)
    return next(each for each in found if each.is_viral)


def mail_of(digest):
    texts = {alert.post_id: "my bag <b>" for alert in digest.alerts}
    return viral_mail(digest, texts, policy=POLICY, api_url="https://api.example", now=NOW)


def test_the_news_name_the_followers_of_a_large_account():
    digest = digest_of(wrote(0), introduced(3, 1_200_000, verified="business"))
    assert news(digest) == "An unhappy post by a large account: 1,200,000 followers, verified as a business"


def test_the_news_name_the_pace_of_a_post_that_spreads():
    assert news(digest_of(wrote(0), counted(30, 0, 170))) == "An unhappy post spreads: 345 reactions an hour"


def test_the_mail_shows_the_post_why_many_may_read_it_and_how_the_case_stands():
    mail = mail_of(digest_of(wrote(0), introduced(3, LARGE)))
    assert mail.subject == "An unhappy post by a large account: 50,000 followers - Customer Care Team"
    for words in ("50,000 followers", "due in 20 min", "P2 problem", "https://api.example/cases/501-77"):
        assert words in mail.html
        assert words.lower() in mail.text.lower()
    assert "my bag &lt;b&gt;" in mail.html
    assert '"my bag <b>"' in mail.text


@pytest.mark.parametrize("words", ["closed as troll", "closed since"])
def test_the_mail_says_that_nobody_answers_an_insult(words):
    insult = wrote(0, category=Category.TROLL, is_answerable=False, priority=Priority.P4)
    assert words in mail_of(digest_of(insult, introduced(3, LARGE))).text


def test_a_case_with_both_facts_is_one_post_told_for_two_reasons():
    digest = digest_of(wrote(0), introduced(3, LARGE), counted(30, 0, 170))
    assert len(digest.alerts) == 2
    assert news(digest).startswith("An unhappy post spreads")
