"""The wallboard in a real Chromium, over the real api function: what people see, and what they can do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from desk.access import fingerprint
from desk.policy.model import Category
from desk.store.erasing import wanted
from tests.api_in_process import TOKENS
from tests.browser.example_desk import STORY, fill, fill_the_day
from tests.cases import HOUR, MINUTE, NOON, a_case, a_clock
from tests.durations import READ
from tests.integration.api.test_one_case import CASE, customer_post, filed

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.desk_on_a_port import Desk

SECONDS = 1000
REFRESH = 10 * SECONDS

HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script><a href="javascript:alert(3)">\u202egnp.exe\u202c \u2066x\u0007'


def figure(page: Page, name: str) -> Any:
    return page.locator(f".tile.{name} .figure")


def rows(page: Page) -> Any:
    return page.locator("#teams .row")


def case_ids(page: Page) -> list[str]:
    return [row.get_attribute("data-case") for row in rows(page).all()]


def act(page: Page, name: str) -> None:
    page.get_by_role("group", name="Actions").get_by_role("button", name=name).click()


# ---- signing in


def test_a_wrong_token_is_told_so_and_nothing_is_shown(opened: Callable[..., Page]) -> None:
    page = opened()
    page.get_by_label("API token").fill("desk_guessed")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="unknown or was revoked")).to_be_visible()
    expect(page.locator("#board")).to_be_hidden()


def test_the_token_lives_in_the_tab_and_nowhere_else(desk: Desk, signed_in: Callable[..., Page]) -> None:
    page = signed_in()
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie, caches ? 0 : 0]") == [
        0,
        0,
        "",
        0,
    ]
    assert TOKENS["lead"] not in page.url + page.content()
    assert not any(TOKENS["lead"] in asked for asked in desk.asked)
    page.reload()
    expect(page.get_by_label("API token")).to_be_focused()


def test_a_token_revoked_meanwhile_ends_what_is_shown(desk: Desk, signed_in: Callable[..., Page]) -> None:
    desk.holds(a_case(1))
    page = signed_in()
    desk.ledger.delete(f"TOKEN#{fingerprint(TOKENS['lead'])}", "TOKEN")
    page.clock.run_for(REFRESH)
    expect(page.get_by_label("API token")).to_be_focused()
    assert rows(page).count() == 0


def test_signing_out_leaves_nothing_behind(desk: Desk, signed_in: Callable[..., Page]) -> None:
    desk.holds(a_case(1))
    page = signed_in()
    page.get_by_role("button", name="Sign out").click()
    asked = len(desk.asked)
    page.clock.run_for(3 * REFRESH)
    assert (rows(page).count(), len(desk.asked)) == (0, asked)


# ---- the board


def test_durations_read_on_the_page_as_they_do_in_mails(opened: Callable[..., Page]) -> None:
    page = opened()
    read = "each => import('./wallboard/format.js').then(({duration}) => each.map(duration))"
    assert page.evaluate(read, [seconds for seconds, _ in READ]) == [words for _, words in READ]


def test_what_grows_while_it_is_looked_at_is_told_to_the_nearest_minute(opened: Callable[..., Page]) -> None:
    page = opened()
    read = "each => import('./wallboard/format.js').then(({lasting}) => each.map(lasting))"
    assert page.evaluate(read, [59, 89, 90, 3599, 7230]) == ["59 s", "1 min", "2 min", "1 h", "2 h 1 min"]


def test_the_board_tells_the_figures_of_the_desk(desk: Desk, signed_in: Callable[..., Page]) -> None:
    fill_the_day(desk)
    page = signed_in("viewer")
    expect(figure(page, "waiting")).to_have_text("13")
    expect(figure(page, "breaching")).to_have_text("4")
    expect(figure(page, "imminent")).to_have_text("2")
    expect(figure(page, "oldest")).to_have_text("2 h 20 min ")
    report = desk.get("/reports/sla").body
    covered = report["coverage"]
    expect(page.locator(".tile.coverage .note")).to_have_text(
        f"{covered['answered']} of {covered['answerable']} answered"
    )
    expect(figure(page, "response")).to_have_text(
        f"{report['responses']['answerable']['median_seconds'] // 60:.0f} min "
    )
    drawn = page.get_by_role("img", name=re.compile("new cases in the last 24 hours"))
    expect(drawn.locator("rect")).to_have_count(24)


def test_the_most_urgent_case_of_each_team_stands_on_top(desk: Desk, signed_in: Callable[..., Page]) -> None:
    late = a_case(1, opened_at=NOON - 2 * HOUR, due_at=NOON - HOUR, next_change=NOON)
    desk.holds(a_case(2), late, a_case(3, team="sales"))
    page = signed_in()
    assert case_ids(page) == [late.case_id, a_case(2).case_id, a_case(3).case_id]
    expect(rows(page).first).to_contain_text("1 h late")
    expect(rows(page).nth(1)).to_contain_text("due in 1 h")


def test_the_board_moves_by_itself_while_posts_come_in(desk: Desk, signed_in: Callable[..., Page]) -> None:
    desk.holds(a_case(1))
    page = signed_in()
    rows(page).first.focus()
    desk.holds(a_case(2, due_at=NOON + 60, next_change=NOON + 60, clocks=(a_clock(minutes=1),)))
    page.clock.run_for(REFRESH)
    expect(rows(page)).to_have_count(2)
    assert case_ids(page) == [a_case(2).case_id, a_case(1).case_id]
    expect(rows(page).nth(1)).to_be_focused()
    expect(page.get_by_role("status").first).to_have_text("2 cases waiting, 0 breached")


def test_a_team_beyond_the_first_page_does_not_look_idle(desk: Desk, signed_in: Callable[..., Page]) -> None:
    desk.holds(*(a_case(number) for number in range(1, 53)))
    desk.holds(a_case(90, team="sales", due_at=NOON + 9 * HOUR))
    page = signed_in()
    expect(page.get_by_role("region", name="Sales Team").locator(".row")).to_have_count(1)
    expect(page.get_by_role("region", name="Customer Care Team")).to_contain_text("The first 50 are shown.")


def test_what_is_chosen_stands_in_the_address(desk: Desk, signed_in: Callable[..., Page]) -> None:
    desk.holds(a_case(1), a_case(2, team="sales"), a_case(3, team="sales", answered_after=MINUTE))
    page = signed_in()
    page.get_by_label("Team", exact=True).select_option("sales")
    expect(rows(page)).to_have_count(1)
    page.get_by_label("Show", exact=True).select_option("open")
    expect(rows(page)).to_have_count(2)
    assert page.url.endswith("#team=sales&show=open")


def test_a_desk_that_may_not_post_says_so(desk: Desk, signed_in: Callable[..., Page]) -> None:
    desk.ledger.delete("DESK", "SWITCH")
    page = signed_in()
    expect(page.get_by_text("Posting is off")).to_be_visible()


def test_a_desk_that_does_not_answer_is_told_with_the_age_of_what_is_shown(
    desk: Desk, signed_in: Callable[..., Page]
) -> None:
    desk.holds(a_case(1))
    page = signed_in()
    desk.is_away = True
    page.clock.run_for(REFRESH)
    expect(page.locator(".warning.away")).to_contain_text(
        re.compile("does not answer. What you see is .* old; next try in")
    )
    page.clock.run_for(4 * REFRESH)
    expect(page.locator("body")).to_have_attribute("data-stale", "")
    assert rows(page).count() == 1
    desk.is_away = False
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".warning")).to_have_count(0)
    expect(page.locator("body")).not_to_have_attribute("data-stale", "")


def test_a_desk_that_is_away_is_asked_ever_more_rarely(desk: Desk, signed_in: Callable[..., Page]) -> None:
    page = signed_in()
    desk.is_away = True
    desk.asked.clear()
    page.clock.run_for(300 * SECONDS)
    assert sum(each.startswith("GET /board") for each in desk.asked) < 12


def test_a_paused_board_asks_nothing_and_says_so(desk: Desk, signed_in: Callable[..., Page]) -> None:
    page = signed_in()
    page.keyboard.press("p")
    desk.asked.clear()
    page.clock.run_for(6 * REFRESH)
    assert desk.asked == []
    expect(page.locator(".warning")).to_contain_text("Paused: what you see is")
    page.keyboard.press("p")
    expect(page.locator(".warning")).to_have_count(0)


# ---- keys


def test_keys_walk_the_cases_open_one_and_come_back(desk: Desk, signed_in: Callable[..., Page]) -> None:
    fill(desk)
    page = signed_in()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(rows(page).nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2, name="Complaint: baggage")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(f'[data-case="{STORY}"]')).to_be_focused()


def test_help_names_every_key_and_can_turn_single_keys_off(desk: Desk, signed_in: Callable[..., Page]) -> None:
    desk.holds(a_case(1))
    page = signed_in()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog.locator("kbd")).to_have_text(["j", "k", "Enter", "a", "r", "e", "s", "n", "i", "p", "?", "Esc"])
    dialog.get_by_label("Single keys work").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(rows(page).first).not_to_be_focused()


# ---- a case


def test_a_case_tells_its_whole_story(desk: Desk, signed_in: Callable[..., Page]) -> None:
    fill(desk)
    page = signed_in(address=f"#case={STORY}")
    told = page.locator(".timeline > li")
    expect(told).to_have_count(6)
    expect(told.nth(1)).to_contain_text("Automatic reply")
    expect(told.nth(2)).to_contain_text("Nora assigned it to Mia")
    expect(told.nth(4)).to_contain_text("Lisbon has the claim")
    expect(page.locator(".case-state")).to_contain_text("12 min late")
    expect(page.locator(".clocks")).to_contain_text("First response met")


def test_a_hostile_text_is_words_and_nothing_more(desk: Desk, signed_in: Callable[..., Page]) -> None:
    desk.files(filed(customer_post(text=HOSTILE)))
    page = signed_in(address=f"#case={CASE}")
    quoted = page.locator(".timeline blockquote")
    expect(quoted).to_have_text(
        '<img src=x onerror="alert(1)"><script>alert(2)</script><a href="javascript:alert(3)">gnp.exe x'
    )
    assert quoted.locator("*").count() == 0
    expect(quoted).to_have_attribute("dir", "auto")


def test_a_link_in_a_case_leads_to_x_and_takes_nothing_along(desk: Desk, signed_in: Callable[..., Page]) -> None:
    fill(desk)
    page = signed_in(address=f"#case={STORY}")
    links = page.locator("#case a[target]")
    expect(links.first).to_be_visible()
    for link in links.all():
        assert link.get_attribute("href").startswith("https://x.com/")
        assert link.get_attribute("rel") == "noreferrer noopener"


def test_who_may_only_view_opens_nothing(desk: Desk, signed_in: Callable[..., Page]) -> None:
    desk.files(filed(customer_post()))
    page = signed_in("viewer", address=f"#case={CASE}")
    expect(rows(page)).to_have_count(1)
    expect(page.locator("#case")).to_be_hidden()
    assert page.locator("#teams a").count() == 0


@pytest.mark.parametrize(("scope", "may"), [("agent", False), ("lead", True)])
def test_actions_that_would_be_refused_are_not_offered(
    desk: Desk, signed_in: Callable[..., Page], scope: str, may: bool
) -> None:
    fill(desk)
    page = signed_in(scope, address=f"#case={STORY}")
    expect(page.get_by_role("button", name="Reply")).to_be_visible()
    assert page.get_by_role("button", name="Reclassify").count() == int(may)


def test_a_canned_reply_is_shown_first_and_then_planned_once(desk: Desk, signed_in: Callable[..., Page]) -> None:
    fill(desk)
    page = signed_in(address=f"#case={STORY}")
    expect(page.get_by_role("button", name="Reply")).to_be_visible()
    page.keyboard.press("r")
    page.get_by_role("button", name="Use: baggage-lost").click()
    page.get_by_role("button", name="Check").click()
    expect(page.locator("#reply-preview")).to_contain_text("^MR")
    customer = STORY.partition("-")[0]
    assert list(desk.desk.outgoing_of(customer)) == []
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".message")).to_have_text("The reply is on its way to X.")
    (planned,) = desk.desk.outgoing_of(customer)
    assert planned.state == "planned"
    expect(page.locator(".timeline .coming")).to_contain_text("On its way to X")


def test_a_suggestion_says_what_must_be_changed_before_it_may_be_sent(
    desk: Desk, signed_in: Callable[..., Page]
) -> None:
    fill(desk)
    for _ in range(2):  # its words, then those with the reference
        (said,) = (
            each for each in desk.get(f"/cases/{STORY}").body["suggestions"] if each["response"] == "baggage-lost"
        )
        known = desk.ledger.get("RECENT", "PebblewingHelp", list[str]) or []
        desk.ledger.put("RECENT", "PebblewingHelp", [f"{said['text']} ^JK", *known])
    page = signed_in(address=f"#case={STORY}")
    expect(page.get_by_role("button", name="Reply")).to_be_visible()
    page.keyboard.press("r")
    expect(page.locator(".suggestions li").last.locator(".hint")).to_contain_text("posted this very text lately")


def test_a_reply_that_the_brand_does_not_say_is_refused_with_what_to_do(
    desk: Desk, signed_in: Callable[..., Page]
) -> None:
    fill(desk)
    page = signed_in(address=f"#case={STORY}")
    act(page, "Reply")
    page.get_by_label("Text of the reply").fill("WE TOLD YOU SO ALREADY, READ IT AGAIN!!!")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#reply-fault")).to_contain_text("Nothing was done.")
    expect(page.get_by_label("Text of the reply")).to_have_value("WE TOLD YOU SO ALREADY, READ IT AGAIN!!!")
    assert list(desk.desk.outgoing_of(STORY.partition("-")[0])) == []


def test_a_case_is_assigned_and_resolved_by_keys(desk: Desk, signed_in: Callable[..., Page]) -> None:
    fill(desk)
    page = signed_in(address=f"#case={STORY}")
    expect(page.get_by_role("button", name="Resolve")).to_be_visible()
    page.keyboard.press("a")
    page.get_by_label("To", exact=True).select_option("Jonas")
    page.get_by_role("dialog").get_by_role("button", name="Assign").click()
    expect(page.locator(".message")).to_have_text("Assigned.")
    expect(page.locator(".facts")).to_contain_text("Jonas")
    page.keyboard.press("e")
    page.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    expect(page.locator(".message")).to_have_text("Resolved.")
    expect(page.locator(".timeline")).to_contain_text("the lead resolved it")


def test_an_action_on_a_case_that_changed_meanwhile_is_refused_and_the_case_shown_anew(
    desk: Desk, signed_in: Callable[..., Page]
) -> None:
    fill(desk)
    mine, theirs = signed_in(address=f"#case={STORY}"), signed_in(address=f"#case={STORY}")
    act(mine, "Snooze")
    act(theirs, "Note")
    theirs.get_by_label("Note, never shown on X").fill("I am on it.")
    theirs.get_by_role("dialog").get_by_role("button", name="Note").click()
    expect(theirs.locator(".message")).to_have_text("Noted.")
    mine.get_by_role("dialog").get_by_role("button", name="Snooze").click()
    expect(mine.locator(".message")).to_contain_text("Somebody changed this case while you looked at it")
    expect(mine.locator(".timeline")).to_contain_text("I am on it.")


def test_an_action_whose_answer_was_lost_is_done_once_when_tried_again(
    desk: Desk, signed_in: Callable[..., Page]
) -> None:
    fill(desk)
    page = signed_in(address=f"#case={STORY}")
    act(page, "Note")
    page.get_by_label("Note, never shown on X").fill("Called back.")
    lost = []

    def lose(route: Any) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    page.route("**/note", lose)
    page.get_by_role("dialog").get_by_role("button", name="Note").click()
    expect(page.get_by_role("dialog")).to_contain_text("trying again is safe")
    page.get_by_role("dialog").get_by_role("button", name="Note").click()
    expect(page.locator(".message")).to_have_text("Noted.")
    expect(page.locator(".timeline > li", has_text="Called back.")).to_have_count(1)


# ---- the customer behind it


def test_what_people_know_of_a_customer_is_changed_by_hand(desk: Desk, signed_in: Callable[..., Page]) -> None:
    fill(desk)
    page = signed_in("agent", address=f"#case={STORY}")
    act(page, "Customer")
    dialog = page.get_by_role("dialog", name="What we know of this customer")
    dialog.get_by_role("button", name="Customer").click()
    expect(dialog.get_by_role("alert")).to_have_text("Nothing is changed yet.")
    dialog.get_by_label("Ids in other systems").fill("crm: C-1042\nno colon")
    dialog.get_by_role("button", name="Customer").click()
    expect(dialog.get_by_role("alert")).to_have_text("Write each line as system: id.")
    dialog.get_by_label("Ids in other systems").fill("crm: C-1042\nbooking :PW-1 : 2")
    dialog.get_by_label("VIP").check()
    dialog.get_by_label("Wants no automatic replies").check()
    dialog.get_by_role("button", name="Customer").click()
    expect(page.locator(".message")).to_have_text("The customer is changed.")
    expect(page.locator(".facts")).to_contain_text("C-1042")
    act(page, "Customer")
    dialog.get_by_label("Ids in other systems").fill("crm: C-1043")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    dialog.get_by_role("button", name="Customer").click()
    expect(page.locator(".facts")).to_contain_text("C-1043")
    customer = desk.get(f"/customers/{STORY.partition('-')[0]}").body
    assert customer["external_ids"] == {"crm": "C-1043"}
    assert (customer["is_vip"], customer["stopped_at"]) == (False, desk.now)


def test_a_customer_is_erased_by_an_admin_who_is_sure_and_by_nobody_else(
    desk: Desk, signed_in: Callable[..., Page]
) -> None:
    fill(desk)
    customer = STORY.partition("-")[0]
    lead, admin = signed_in("lead", address=f"#case={STORY}"), signed_in("admin", address=f"#case={STORY}")
    expect(lead.get_by_role("button", name="Customer")).to_be_visible()
    assert lead.get_by_role("button", name="Erase customer").count() == 0
    act(admin, "Erase customer")
    dialog = admin.get_by_role("dialog", name="Erase this customer for good")
    expect(dialog).to_contain_text(f"Everything stored of the customer {customer} goes")
    dialog.get_by_role("button", name="Erase customer").click()
    expect(dialog.get_by_role("alert")).to_have_text("Confirm first.")
    assert list(wanted(desk.ledger)) == []
    dialog.get_by_label("I have checked").check()
    dialog.get_by_role("button", name="Erase customer").click()
    expect(admin.locator(".message")).to_contain_text("is erased within a minute or two")
    ((asked_for, asked),) = wanted(desk.ledger)
    assert (asked_for, asked.by) == (customer, "the admin")


# ---- the page as a whole


def test_the_whole_page_loads_below_a_hundred_kilobytes(desk: Desk, opened: Callable[..., Page]) -> None:
    expect(opened().get_by_label("API token")).to_be_focused()
    assert 10_000 < desk.sent < 100_000


def test_nothing_is_cut_off_on_any_screen(desk: Desk, signed_in: Callable[..., Page]) -> None:
    fill_the_day(desk)
    page = signed_in(address=f"#case={STORY}")
    wide = "[...document.querySelectorAll('.tile, .row, .post')].filter(each => each.scrollWidth > each.clientWidth)"
    for width in (320, 390, 768, 1024, 1280, 1920, 3840):
        page.set_viewport_size({"width": width, "height": 900})
        for address in ("", f"#case={STORY}"):
            page.evaluate("address => { location.hash = address }", address)
            expect(page.locator("body")).to_have_attribute("data-view", "case" if address else "board")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (width, address)
            assert page.evaluate(f"{wide}.map(each => each.textContent)") == [], (width, address)


def test_the_page_knows_every_category() -> None:
    from api.routes.page import FOLDER

    block = re.search(r"categories: \[(.+?)\]", (FOLDER / "texts.en.js").read_text(encoding="utf-8"), re.DOTALL)
    assert re.findall(r'"(\w+)"', block[1]) == [each.value for each in Category]
