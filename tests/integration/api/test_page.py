"""The wallboard as it is served: a few small files, and headers that let a browser do with them what they need."""

from __future__ import annotations

import re
from typing import Any

import pytest

from api.routes.page import FOLDER, PAGE, assets
from desk.action import Act
from tests.api_gateway import request

FILES = sorted(path.name for path in FOLDER.iterdir())
ASSETS = [name for name in FILES if name != PAGE]
SOURCES = {name: (FOLDER / name).read_text(encoding="utf-8") for name in FILES}
SCRIPTS = {name: text for name, text in SOURCES.items() if name.endswith(".js")}

EVERY_ASSET = pytest.mark.parametrize("name", ASSETS)


def get(api: Any, path: str, **headers: str) -> Any:
    event = request(path)
    event["headers"] |= headers
    return api.send(event)


def directives(policy: str) -> dict[str, list[str]]:
    return {name: values for name, *values in (part.split() for part in policy.split(";"))}


def test_the_page_is_served_without_a_token(api: Any) -> None:
    page = get(api, "/")
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert page.body == SOURCES[PAGE]


@EVERY_ASSET
def test_every_file_is_served_as_what_it_is(api: Any, name: str) -> None:
    served = get(api, f"/wallboard/{name}")
    kind = {"css": "text/css", "js": "text/javascript"}[name.rpartition(".")[2]]
    assert (served.status, served.headers["Content-Type"]) == (200, f"{kind}; charset=utf-8")
    assert served.body == SOURCES[name]


@pytest.mark.parametrize("path", ["/", *(f"/wallboard/{name}" for name in ASSETS)])
def test_a_browser_may_load_what_is_ours_and_nothing_else(api: Any, path: str) -> None:
    headers = get(api, path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert directives(headers["Content-Security-Policy"]) == {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "connect-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'none'"],
        "require-trusted-types-for": ["'script'"],
    }


@pytest.mark.parametrize("path", ["/", *(f"/wallboard/{name}" for name in ASSETS)])
def test_a_file_is_sent_again_only_if_it_changed(api: Any, path: str) -> None:
    first = get(api, path)
    assert first.headers["Cache-Control"] == "no-cache"
    again = get(api, path, **{"if-none-match": first.headers["ETag"]})
    assert (again.status, again.body) == (304, "")
    assert get(api, path, **{"if-none-match": '"another"'}).status == 200


def test_answers_of_the_api_stay_out_of_every_cache(api: Any) -> None:
    assert api.get("/queue").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["/wallboard/", "/wallboard/index.html", "/wallboard/page.py", "/wallboard/%2e%2e/app.py"]
)
def test_nothing_but_the_files_of_the_page_is_served(api: Any, path: str) -> None:
    assert get(api, path).problem == "not-found"


@pytest.mark.parametrize("path", ["/", f"/wallboard/{ASSETS[0]}"])
def test_the_page_is_only_read(api: Any, path: str) -> None:
    refused = api.send(request(path, method="POST"))
    assert (refused.problem, refused.headers["Allow"]) == ("wrong-method", "GET")


def test_the_whole_page_is_below_a_hundred_kilobytes() -> None:
    assert sum(len(asset.body.encode()) for asset in assets().values()) < 100_000


@pytest.mark.parametrize("name", FILES)
def test_no_file_names_another_host(name: str) -> None:
    """Links to X are for people to follow; the drawing's namespace is a name and no address."""
    named = set(re.findall(r"""(?:https?:)?//[\w.-]+\.\w+""", SOURCES[name]))
    assert named <= {"https://x.com", "http://www.w3.org"}


def test_no_script_or_style_stands_in_the_page() -> None:
    page = SOURCES[PAGE]
    assert not re.findall(r"<style|<script(?![^>]* src=)|\sstyle=|\son\w+=|javascript:", page)


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_script_makes_markup_or_code_of_text_or_keeps_anything(name: str) -> None:
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\b|new Function|Storage|cookie|indexedDB"
    assert not re.findall(forbidden, SCRIPTS[name])


def test_every_file_is_used() -> None:
    used = set(re.findall(r"""["/]([\w.]+\.(?:js|css))["']""", "".join(SOURCES.values())))
    assert used == set(ASSETS)


def test_every_word_of_the_page_stands_in_the_file_of_texts_and_every_text_is_used() -> None:
    texts = SOURCES["texts.en.js"]
    known = set(re.findall(r"^  (\w+)[:,]", texts, re.MULTILINE))
    code = "".join(text for name, text in SCRIPTS.items() if name != "texts.en.js")
    named = set(re.findall(r"\btexts\.(?!en\b|xx\b|js\b)(\w+)", code)) | set(
        re.findall(r'data-(?:text|label)="(\w+)"', SOURCES[PAGE])
    )
    by_verb = {"resolved", "closed", *Act}
    by_verb |= {"transfer", "prioritise", "reclassify", "erase", "declare", "publish", "resolveIncident", "dismiss"}
    by_tile = set(re.findall(r'\btile\("(\w+)"', code))
    assert named | by_tile <= known
    assert known <= named | by_verb | by_tile


def test_the_page_says_nothing_by_itself_but_its_name_and_that_it_needs_script() -> None:
    body = re.sub(r"<!--.*?-->", "", SOURCES[PAGE], flags=re.DOTALL)
    words = [text.strip() for text in re.findall(r">([^<]+)<", body) if text.strip()]
    assert set(words) == {"MentionDesk", "MentionDesk needs JavaScript to show the desk.", "@"}


@pytest.mark.parametrize("scope", ["viewer", "agent", "lead", "admin"])
def test_a_token_is_told_what_it_may_do(api: Any, scope: str) -> None:
    me = api.get("/me", scope=scope).body
    assert (me["name"], me["scope"]) == (f"the {scope}", scope)
    assert (me["brand"], me["time_zone"], me["agents"]) == ("Pebblewing", "Europe/Berlin", ["Mia", "Jonas"])
