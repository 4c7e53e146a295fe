"""An incident on the wallboard: everybody sees it, who leads works it, each act once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from desk.incidents.clusters import Cluster
from desk.incidents.life import Move
from desk.incidents.model import Stage
from desk.outbox import status_key
from desk.store.incidents import incident, keep_incident
from tests.api_gateway import request
from tests.api_in_process import TOKENS
from tests.browser.example_desk import STORY, fill, fill_an_outage
from tests.browser.test_accessibility import EVERY_SCREEN, violations
from tests.cases import NOON
from tests.incidents import a_status_post, an_incident

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from desk.incidents.model import Incident
    from tests.browser.desk_on_a_port import Desk

ID = an_incident().incident_id
HERE = f"#incident={ID}"
HOSTILE = '<img src=x onerror="alert(1)">\u202egnp.exe'


def stored(desk: Desk) -> Incident:
    found, _ = incident(desk.ledger, ID)
    assert found is not None
    return found


def act(page: Page, name: str) -> None:
    page.get_by_role("group", name="Actions").get_by_role("button", name=name, exact=True).click()


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


def test_the_board_shows_what_goes_on_above_all_else_and_leads_there(
    desk: Desk, signed_in: Callable[..., Page]
) -> None:
    fill_an_outage(desk)
    page = signed_in("viewer")
    tile = page.locator("#figures > :first-child")
    expect(tile).to_contain_text("app login boarding pass")
    expect(tile).to_contain_text("96 posts on app and website, usual: 4.2")
    expect(tile).to_contain_text("61 cases joined · 38 replies held back · a status post waits for approval")
    tile.click()
    expect(page.get_by_role("heading", name="app login boarding pass")).to_be_focused()
    assert page.url.endswith(HERE)
    page.keyboard.press("Escape")
    expect(page.locator("body")).to_have_attribute("data-view", "board")


def test_without_an_incident_nothing_of_it_is_shown_or_loaded(desk: Desk, signed_in: Callable[..., Page]) -> None:
    fill(desk)
    page = signed_in()
    page.keyboard.press("i")
    assert page.locator(".tile.incident").count() == 0
    assert not [asked for asked in desk.asked if "incident" in asked]


def test_an_incident_is_drawn_beside_what_is_usual_and_told_in_words(
    desk: Desk, signed_in: Callable[..., Page]
) -> None:
    fill_an_outage(desk)
    page = signed_in(address=HERE)
    drawn = page.get_by_role("img", name="Posts from 10:30 to 13:00: at most 31")
    told = desk.get(f"/incidents/{ID}").body
    expect(drawn.locator("rect.usual")).to_have_count(len([each for each in told["volume"] if each["posts"]]))
    above = [each for each in told["volume"] if each["posts"] > each["expected"]]
    expect(drawn.locator("rect.above")).to_have_count(len(above))
    expect(page.locator("#incident .facts")).to_contain_text("38 posts, 0.38 USD")
    expect(page.locator("#incident .history li")).to_have_count(10)
    expect(page.locator("#incident .history li").last).to_have_text("and 52 more")
    page.locator("#incident .history a").first.click()
    expect(page.locator("#case")).to_be_visible()
    expect(page.locator("#incident")).to_be_hidden()


def test_what_customers_wrote_is_for_those_who_may_read_it(desk: Desk, signed_in: Callable[..., Page]) -> None:
    fill_an_outage(desk)
    for scope, quotes in (("viewer", 0), ("agent", 2)):
        page = signed_in(scope, address=HERE)
        expect(page.locator("#incident .theirs")).to_have_count(2)
        expect(page.locator("#incident .theirs blockquote")).to_have_count(quotes)
        expect(page.get_by_role("group", name="Actions").get_by_role("button")).to_have_count(0)


def test_a_hostile_name_is_words_and_nothing_more(desk: Desk, signed_in: Callable[..., Page]) -> None:
    keep_incident(desk.ledger, an_incident(cluster=Cluster(None, (HOSTILE,), (), HOSTILE)), version=0)
    page = signed_in()
    plain = '<img src=x onerror="alert(1)">gnp.exe'
    expect(page.locator(".tile.incident .figure")).to_have_text(plain)
    page.keyboard.press("i")
    expect(page.locator("#incident-title")).to_have_text(plain)
    assert page.locator("#incident img").count() == 0


def test_a_status_post_that_was_not_posted_says_why(desk: Desk, signed_in: Callable[..., Page]) -> None:
    refused = a_status_post(approved_by="Lena", approved_at=NOON, refused="X refused: duplicate content")
    keep_incident(desk.ledger, an_incident(Move.DECLARE, status_posts=(refused,)), version=0)
    page = signed_in(address=HERE)
    told = page.locator("#incident .ours")
    expect(told).to_contain_text("Lena approved it; it was not posted: X refused: duplicate content")


def test_a_status_post_that_x_left_open_is_said_to_be_looked_for(desk: Desk, signed_in: Callable[..., Page]) -> None:
    lost = a_status_post(approved_by="Lena", approved_at=NOON, lost_at=NOON + 900)
    keep_incident(desk.ledger, an_incident(Move.DECLARE, status_posts=(lost,)), version=0)
    told = signed_in(address=HERE).locator("#incident .ours")
    expect(told).to_contain_text("Lena approved it; it may or may not stand on X and is being looked for")


def test_a_status_post_is_looked_at_first_and_then_published_once(desk: Desk, signed_in: Callable[..., Page]) -> None:
    fill_an_outage(desk)
    page = signed_in(address=HERE)
    expect(page.locator("#incident .coming")).to_contain_text("Draft, to be approved")
    page.keyboard.press("r")
    text = page.get_by_label("Text of the status post")
    expect(text).to_have_value(desk.get(f"/incidents/{ID}").body["draft"]["text"])
    text.fill("CALM DOWN!!!")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("#status-fault")).to_contain_text("Nothing was done.")
    text.fill("Our app does not let you in. We are on it.")
    page.get_by_role("button", name="Check").click()
    expect(page.locator("#status-preview")).to_contain_text("Our app does not let you in.")
    assert stored(desk).status_posts[0].approved_by is None
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("#incident .message")).to_have_text("The status post is on its way to X.")
    (post,) = stored(desk).status_posts
    assert (post.text, post.approved_by) == ("Our app does not let you in. We are on it.", "the lead")
    setup = desk.ledger.setup()
    assert setup is not None
    assert desk.desk.outgoing(setup.handles["pebblewing"], status_key(ID, 1)) is not None
    expect(page.locator("#incident .ours")).to_contain_text("the lead approved it; it is on its way to X")


def test_an_incident_is_resolved_and_customers_told_if_wanted(desk: Desk, signed_in: Callable[..., Page]) -> None:
    fill_an_outage(desk)
    page = signed_in(address=HERE)
    expect(page.get_by_role("button", name="Resolve")).to_be_visible()
    page.keyboard.press("e")
    expect(dialog(page)).to_contain_text("All its cases are resolved within minutes (61 now).")
    expect(dialog(page).get_by_label("Tell those whose reply was held back")).to_be_checked()
    dialog(page).get_by_label("Why, never shown on X").fill("Fixed by the provider.")
    dialog(page).get_by_role("button", name="Resolve").click()
    expect(page.locator("#incident .message")).to_contain_text("Resolved.")
    expect(page.locator("#incident")).to_contain_text("Fixed by the provider.")
    over = stored(desk)
    assert over.resolution is not None
    assert (over.stage, over.resolution.replies, over.resolution.by) == (Stage.RESOLVED, True, "the lead")


def test_a_suspicion_is_declared_or_dismissed(desk: Desk, signed_in: Callable[..., Page]) -> None:
    keep_incident(desk.ledger, an_incident(cluster=Cluster(None, (), (), "more posts than usual")), version=0)
    page = signed_in(address=HERE)
    act(page, "Declare")
    dialog(page).get_by_role("button", name="Declare").click()
    expect(dialog(page).get_by_role("alert")).to_have_text("Say in a word or two what it is about.")
    dialog(page).get_by_label("Words, separated by commas").fill("log in, boarding pass")
    dialog(page).get_by_label("What you call it").fill("App login")
    dialog(page).get_by_role("button", name="Declare").click()
    expect(page.locator("#incident .message")).to_have_text("Declared.")
    expect(page.get_by_role("heading", name="App login")).to_be_visible()
    assert stored(desk).cluster.terms == ("log in", "boarding pass")
    act(page, "Dismiss")
    dialog(page).get_by_role("button", name="Dismiss").click()
    expect(page.locator("#incident .message")).to_have_text("Dismissed.")
    assert stored(desk).stage is Stage.DISMISSED


def test_an_act_on_an_incident_that_changed_meanwhile_is_refused_and_it_is_shown_anew(
    desk: Desk, signed_in: Callable[..., Page]
) -> None:
    fill_an_outage(desk)
    mine, theirs = signed_in(address=HERE), signed_in(address=HERE)
    act(mine, "Resolve")
    act(theirs, "Dismiss")
    dialog(theirs).get_by_role("button", name="Dismiss").click()
    expect(theirs.locator("#incident .message")).to_have_text("Dismissed.")
    dialog(mine).get_by_role("button", name="Resolve").click()
    expect(mine.locator("#incident .message")).to_contain_text("Somebody changed this incident")
    expect(mine.locator("#incident")).to_contain_text("dismissed it")


def let_join(desk: Desk) -> None:
    """Somebody else lets the case of the story join, by the API."""
    event = request(f"/cases/{STORY}/join", method="POST", token=TOKENS["lead"])
    seen = desk.get(f"/cases/{STORY}").headers["ETag"]
    event["headers"] |= {"if-match": seen, "idempotency-key": "by-somebody-else", "content-type": "application/json"}
    assert desk.send(event | {"body": json.dumps({"incident": ID})}).status == 200


def test_a_case_says_to_which_incident_it_belongs_and_may_leave_it(desk: Desk, signed_in: Callable[..., Page]) -> None:
    fill_an_outage(desk)
    let_join(desk)
    page = signed_in("agent", address=f"#case={STORY}")
    expect(page.locator("#case .timeline")).to_contain_text("the lead let it join an incident")
    page.get_by_role("link", name="belongs to an incident").click()
    expect(page.get_by_role("heading", name="app login boarding pass")).to_be_focused()
    page.go_back()
    act(page, "Take out of the incident")
    dialog(page).get_by_role("button", name="Take out of the incident").click()
    expect(page.locator("#case .message")).to_have_text("Taken out of its incident.")
    expect(page.locator("#case .facts")).not_to_contain_text("belongs to an incident")


@EVERY_SCREEN
def test_an_incident_is_accessible_in_every_view(
    desk: Desk, signed_in: Callable[..., Page], screen: dict[str, Any]
) -> None:
    fill_an_outage(desk)
    page = signed_in("lead", **screen)
    expect(page.locator(".tile.incident")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("i")
    expect(page.locator("#incident .chart svg")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("r")
    expect(page.get_by_label("Text of the status post")).to_be_focused()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    assert violations(page) == []


def test_nothing_is_cut_off_on_any_screen(desk: Desk, signed_in: Callable[..., Page]) -> None:
    cluster = Cluster("app-and-website", ("boarding pass", "donaudampfschifffahrt" * 3), (), "login " * 13)
    outage = an_incident(Move.DECLARE, Move.CALM, cluster=cluster, joined=12_345, held=9_876)
    keep_incident(desk.ledger, outage, version=0)
    page = signed_in(address=HERE)
    expect(page.locator("#incident .facts")).to_contain_text("12,345")
    for width in (320, 390, 768, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        for address in ("", HERE):
            page.evaluate("address => { location.hash = address }", address)
            expect(page.locator("body")).to_have_attribute("data-view", "case" if address else "board")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (width, address)
