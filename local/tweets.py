"""Posts from a file, to be played: the Kaggle set "Customer Support on Twitter", or JSON lines of X API v2 posts.

In the Kaggle set some handles are masked by numbers. Each customer post gets the handle that its thread belongs to:
the thread's one brand or, in a thread of several, that of the nearest brand post. How many got one is said aloud.
"""

from __future__ import annotations

import csv
import html
import json
import re
from collections import Counter, defaultdict, deque
from datetime import datetime
from typing import TYPE_CHECKING, Any

from desk.errors import BadPayload
from desk.post import Post, parse
from local.script import Aside, Line, Person, Script, ScriptError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_COLUMNS = {"tweet_id", "author_id", "inbound", "created_at", "text", "in_response_to_tweet_id"}
_FIRST_BRAND_ID = 9_000_000_000
"""Brands have names for ids in the Kaggle set; here they get ids no customer has."""


def read(path: Path, *, brand: str = "all") -> Script:
    """Read a file of posts, of one brand's handle or of all of them.

    Raises ScriptError for a file of neither kind, or without any post of that brand.
    """
    try:
        script = _read(path)
    except (UnicodeDecodeError, csv.Error) as fault:
        raise ScriptError(f"{path.name} is no file of posts: {fault}") from fault
    script = script if brand == "all" else _of_brand(script, brand)
    if not script.lines:
        raise ScriptError(f"{path.name} holds no post of {brand!r} that can be played")
    return script


def _read(path: Path) -> Script:
    with path.open(encoding="utf-8", newline="") as file:
        first = file.readline()
        file.seek(0)
        return _from_json_lines(file) if first.lstrip().startswith("{") else _from_kaggle(csv.DictReader(file))


# ---- the Kaggle set


def _from_kaggle(rows: csv.DictReader[str]) -> Script:
    missing = _COLUMNS - set(rows.fieldnames or ())
    if missing:
        raise ScriptError(f"neither JSON lines nor the columns of the Kaggle set: {', '.join(sorted(missing))} missing")
    posts: dict[str, dict[str, Any]] = {}
    aside: list[Aside] = []
    for number, row in enumerate(rows, start=2):
        try:
            post = _kaggle_post(row)
        except (KeyError, TypeError, ValueError) as fault:
            aside.append(Aside(f"row {number} (tweet_id {row.get('tweet_id')})", f"{fault}"))
            continue
        posts.setdefault(post["key"], post)
    return _kaggle_script(posts, aside)


def _kaggle_post(row: Mapping[str, str | None]) -> dict[str, Any]:
    empty = [name for name in ("tweet_id", "author_id", "inbound", "created_at", "text") if not row.get(name)]
    if empty:
        raise ValueError(f"no {', '.join(empty)}")
    parent = row["in_response_to_tweet_id"]
    return {
        "key": str(row["tweet_id"]),
        "author": str(row["author_id"]),
        "is_inbound": row["inbound"] == "True",
        "at": datetime.strptime(str(row["created_at"]), "%a %b %d %H:%M:%S %z %Y").timestamp(),
        "text": html.unescape(str(row["text"])),
        "parent": str(int(float(parent))) if parent else None,
    }


def _kaggle_script(posts: Mapping[str, dict[str, Any]], aside: list[Aside]) -> Script:
    brands = sorted({post["author"] for post in posts.values() if not post["is_inbound"]}, key=str.lower)
    customers = sorted({post["author"] for post in posts.values() if post["is_inbound"]})
    owner = _owners(posts, {brand.lower(): brand for brand in brands})
    hidden = [key for key, brand in owner.items() if f"@{brand}".lower() not in posts[key]["text"].lower()]
    lines = tuple(
        Line(
            key=key,
            author=post["author"],
            at=post["at"],
            text=post["text"],
            parent=post["parent"],
            mentions=(owner[key],) if key in owner else (),
        )
        for key, post in posts.items()
    )
    people = [Person(name, str(_FIRST_BRAND_ID + at), token=f"token-{name}") for at, name in enumerate(brands)]
    people += [Person(name, name) for name in customers]
    note = f"{len(hidden)} of {len(owner)} customer posts show no handle of their thread's brand: they were given it"
    return Script("Customer Support on Twitter", tuple(people), lines, aside=tuple(aside), notes=(note,))


def _owners(posts: Mapping[str, dict[str, Any]], brands: Mapping[str, str]) -> dict[str, str]:
    """Tell the brand of every customer post."""
    near: dict[str, set[str]] = defaultdict(set)
    for key, post in posts.items():
        if post["parent"] in posts:
            near[key].add(post["parent"])
            near[post["parent"]].add(key)
    inbound = (key for key, post in posts.items() if post["is_inbound"])
    found = {key: _nearest_brand(key, posts, near) or _named_brand(posts[key]["text"], brands) for key in inbound}
    return {key: brand for key, brand in found.items() if brand}


def _nearest_brand(key: str, posts: Mapping[str, dict[str, Any]], near: Mapping[str, set[str]]) -> str | None:
    """Give the author of the brand post that is the fewest replies away; of equals the earliest."""
    seen, ring = {key}, deque([key])
    while ring:
        brand_posts = [posts[each] for each in ring if not posts[each]["is_inbound"]]
        if brand_posts:
            return str(min(brand_posts, key=lambda post: (post["at"], post["key"]))["author"])
        ring = deque(sorted({other for each in ring for other in near[each]} - seen))
        seen.update(ring)
    return None


def _named_brand(text: str, brands: Mapping[str, str]) -> str | None:
    names = (name.lower() for name in re.findall(r"@(\w+)", text))
    return next((brands[name] for name in names if name in brands), None)


# ---- JSON lines of X API v2 posts


def _from_json_lines(lines: Iterable[str]) -> Script:
    """Read posts in either dialect of X; own accounts are those whose objects stand under `includes` with a token."""
    posts: list[Post] = []
    names: dict[str, str] = {}
    aside: list[Aside] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            raw = json.loads(line)
            posts.append(parse(raw))
            names |= _names(raw)
        except (BadPayload, ValueError, TypeError, AttributeError) as fault:
            aside.append(Aside(f"line {number}", str(fault)))
    return _json_script(posts, names, aside)


def _names(raw: Mapping[str, Any]) -> dict[str, str]:
    """Give the user names a post object tells: of the mentioned, and of the author where it is expanded."""
    mentioned = (raw.get("entities") or {}).get("mentions") or ()
    found = {str(each["id"]): str(each["username"]) for each in mentioned if each.get("id")}
    author = raw.get("author") or {}
    return found | ({str(raw["author_id"]): str(author["username"])} if author.get("username") else {})


def _json_script(posts: list[Post], names: Mapping[str, str], aside: list[Aside]) -> Script:
    mentioned = Counter(user for post in posts for user in post.mentions if not user.startswith("@"))
    answering = {post.author_id for post in posts} & set(mentioned)
    own = {user for user, _ in mentioned.most_common(1)} | {user for user in answering if _answers(user, posts)}
    users = {post.author_id for post in posts} | set(mentioned)
    name_of = {user: names.get(user, f"user_{user}"[-15:]) for user in users}
    people = tuple(
        Person(name_of[user], user, token=f"token-{name_of[user]}" if user in own else None) for user in sorted(users)
    )
    lines = tuple(_json_line(post, name_of) for post in {post.post_id: post for post in posts}.values())
    note = f"own accounts, by whom the posts mention and who answers: {', '.join(sorted(name_of[u] for u in own))}"
    return Script("posts of a file", people, lines, aside=tuple(aside), notes=(note,))


def _answers(user: str, posts: Iterable[Post]) -> bool:
    """An account whose posts mostly answer people who mention it is one of a brand."""
    asking = {post.author_id for post in posts if user in post.mentions}
    replies = [post for post in posts if post.author_id == user]
    return len([post for post in replies if post.replies_to_user in asking]) * 2 > len(replies)


def _json_line(post: Post, name_of: Mapping[str, str]) -> Line:
    return Line(
        key=post.post_id,
        author=name_of[post.author_id],
        at=post.at,
        text=html.unescape(post.text),
        parent=post.replies_to,
        quotes=post.quotes,
        retweets=post.retweets,
        edits=post.first_id if post.is_edit else None,
        mentions=tuple(name_of[user] for user in post.mentions if user in name_of),
        language=post.language or "und",
        likes=post.metrics.likes,
    )


# ---- one brand of many


def _of_brand(script: Script, brand: str) -> Script:
    """Keep the threads in which a brand's handle is addressed or speaks, and whoever speaks in them."""
    by_key = {line.key: line for line in script.lines}
    roots: dict[str, list[Line]] = defaultdict(list)
    for line in script.lines:
        roots[_root(line, by_key)].append(line)
    name = brand.lower()
    kept = tuple(
        line
        for thread in roots.values()
        if any(name == each.author.lower() or name in map(str.lower, each.mentions) for each in thread)
        for line in thread
    )
    speaking = {each for line in kept for each in (line.author, *line.mentions)}
    people = tuple(person for person in script.people if person.name in speaking)
    return Script(script.title, people, kept, aside=script.aside, notes=script.notes)


def _root(line: Line, by_key: Mapping[str, Line]) -> str:
    seen = set()
    while line.parent in by_key and line.key not in seen:
        seen.add(line.key)
        line = by_key[line.parent or ""]
    return line.parent or line.key
