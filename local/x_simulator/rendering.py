"""How posts and accounts look in X API v2 documents: default fields, fields asked for, expansions.

Speaks the older dialect (`tweet.fields`, `note_tweet`, `referenced_tweets`), which every client library speaks
(X changelog of spec 2.167, 2026-08). A field that is not asked for, or empty, is absent. Decides nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from typing import Any

from local.x_simulator import problems
from local.x_simulator.post import Metrics, Post, User, iso
from local.x_simulator.problems import Document
from local.x_simulator.wording import LinkSpan, Shown, without_leading_names
from local.x_simulator.world import MAX_EDITS, World

EDITABLE_MS = 60 * 60 * 1000
"""X, edit posts, 2026-08: one hour."""

_METRICS = tuple(field.name for field in fields(Metrics))


def _entities(shown: Shown) -> Document | None:
    found = {
        "mentions": [
            {"start": name.start, "end": name.end, "username": name.username, "id": name.user_id}
            for name in shown.names
        ],
        "urls": [_link(link) for link in shown.links],
        "hashtags": [{"start": tag.start, "end": tag.end, "tag": tag.tag} for tag in shown.tags],
    }
    return {kind: spans for kind, spans in found.items() if spans} or None


def _link(link: LinkSpan) -> Document:
    expanded = link.expanded_url if "://" in link.expanded_url else f"http://{link.expanded_url}"
    facts = {"url": link.url, "expanded_url": expanded, "display_url": expanded.split("://", 1)[1]}
    return {"start": link.start, "end": link.end} | facts


def _metrics(world: World, post: Post) -> Document:
    metrics = world.metrics_of(post)
    return {name: getattr(metrics, name) for name in _METRICS}


def _references(_: World, post: Post) -> list[Document] | None:
    kinds = {"retweeted": post.retweeted, "quoted": post.quoted, "replied_to": post.replied_to}
    return [{"type": kind, "id": str(number)} for kind, number in kinds.items() if number is not None] or None


def _note(_: World, post: Post) -> Document | None:
    if not post.is_long:
        return None
    entities = _entities(post.full)
    return {"text": post.full.text} | ({"entities": entities} if entities else {})


def _edit_controls(world: World, post: Post) -> Document:
    first = world.find(post.first_id) or post
    return {
        "edits_remaining": MAX_EDITS + 1 - len(world.versions_of(post)),
        "is_edit_eligible": post.replied_to is None and post.retweeted is None,
        "editable_until": iso(first.created_ms + EDITABLE_MS),
    }


def _display_range(_: World, post: Post) -> list[int]:
    text = post.brief.text
    return [len(text) - len(without_leading_names(text)) if post.replied_to else 0, len(text)]


POST_FIELDS: Mapping[str, Callable[[World, Post], Any]] = {
    "id": lambda _, post: str(post.id),
    "text": lambda _, post: post.brief.text,
    "edit_history_tweet_ids": lambda world, post: [str(number) for number in world.versions_of(post)],
    "author_id": lambda _, post: post.author_id,
    "conversation_id": lambda world, post: str(world.conversation_of(post)),
    "created_at": lambda _, post: iso(post.created_ms),
    "display_text_range": _display_range,
    "edit_controls": _edit_controls,
    "entities": lambda _, post: _entities(post.brief),
    "in_reply_to_user_id": lambda world, post: world.author_replied_to(post),
    "lang": lambda _, post: post.lang,
    "note_tweet": _note,
    "possibly_sensitive": lambda *_: False,
    "public_metrics": _metrics,
    "referenced_tweets": _references,
    "reply_settings": lambda *_: "everyone",
}
DEFAULT_POST_FIELDS = frozenset({"id", "text", "edit_history_tweet_ids"})

USER_FIELDS: Mapping[str, Callable[[World, User], Any]] = {
    "id": lambda _, user: user.id,
    "name": lambda _, user: user.name or user.username,
    "username": lambda _, user: user.username,
    "affiliation": lambda _, user: {"description": user.affiliation} if user.affiliation else None,
    "created_at": lambda _, user: iso(user.created_at * 1000),
    "description": lambda _, user: user.description,
    "protected": lambda world, user: world.is_protected(user),
    "public_metrics": lambda _, user: {
        "followers_count": user.followers_count,
        "following_count": user.following_count,
        "tweet_count": user.tweet_count,
        "listed_count": user.listed_count,
    },
    "verified": lambda _, user: user.verified,
    "verified_type": lambda _, user: user.verified_type,
}
DEFAULT_USER_FIELDS = frozenset({"id", "name", "username"})

_FIELDS_OF_EXPANSIONS: Mapping[str, str] = {
    "author_id": "author_id",
    "in_reply_to_user_id": "in_reply_to_user_id",
    "entities.mentions.username": "entities",
    "entities.note.mentions.username": "note_tweet",
    "referenced_tweets.id": "referenced_tweets",
    "referenced_tweets.id.author_id": "referenced_tweets",
    "edit_history_tweet_ids": "edit_history_tweet_ids",
}


def render_post(world: World, post: Post, fields: Iterable[str]) -> Document:
    """Return a post with its default fields and those asked for; unknown fields are left out silently."""
    wanted = DEFAULT_POST_FIELDS.union(fields)
    values = ((name, write(world, post)) for name, write in POST_FIELDS.items() if name in wanted)
    return {name: value for name, value in values if value is not None}


def render_user(world: World, user: User, fields: Iterable[str]) -> Document:
    """Return an account with its default fields and those asked for."""
    wanted = DEFAULT_USER_FIELDS.union(fields)
    values = ((name, write(world, user)) for name, write in USER_FIELDS.items() if name in wanted)
    return {name: value for name, value in values if value is not None}


class Page:
    """A list of posts as one viewer gets it: `data`, `includes` for the expansions, partial `errors`."""

    def __init__(
        self,
        world: World,
        viewer: User,
        *,
        post_fields: frozenset[str],
        user_fields: frozenset[str],
        expansions: frozenset[str],
    ) -> None:
        self._world = world
        self._viewer = viewer
        self._post_fields = post_fields.union(_FIELDS_OF_EXPANSIONS.get(name, "id") for name in expansions)
        self._user_fields = user_fields
        self._expansions = expansions
        self.included_posts: dict[str, Post] = {}
        self.included_users: dict[str, User] = {}
        self.errors: list[Document] = []

    def render(self, posts: list[Post]) -> Document:
        """Return the document of some posts; what is empty is absent."""
        for post in posts:
            self._expand(post)
        includes = {
            "users": [render_user(self._world, user, self._user_fields) for user in self.included_users.values()],
            "tweets": [self._post(post) for post in self.included_posts.values()],
        }
        document = {
            "data": [self._post(post) for post in posts],
            "includes": {kind: things for kind, things in includes.items() if things},
            "errors": self.errors,
        }
        return {name: value for name, value in document.items() if value}

    def _post(self, post: Post) -> Document:
        return render_post(self._world, post, self._post_fields)

    def _expand(self, post: Post) -> None:
        for user_id in self._accounts_of(post):
            if (user := self._world.user(user_id)) is not None:
                self.included_users[user_id] = user
        for number in self._posts_of(post):
            self._include(number)

    def _accounts_of(self, post: Post) -> Iterable[str]:
        if "author_id" in self._expansions:
            yield post.author_id
        if "in_reply_to_user_id" in self._expansions:
            yield self._world.author_replied_to(post) or ""
        if not self._expansions.isdisjoint({"entities.mentions.username", "entities.note.mentions.username"}):
            yield from sorted(post.mentioned)

    def _posts_of(self, post: Post) -> Iterable[int]:
        if not self._expansions.isdisjoint({"referenced_tweets.id", "referenced_tweets.id.author_id"}):
            yield from (number for number in (post.retweeted, post.quoted, post.replied_to) if number is not None)
        if "edit_history_tweet_ids" in self._expansions:
            yield from self._world.versions_of(post)

    def _include(self, number: int) -> None:
        found = self._world.find(number)
        if found is None:
            self.errors.append(problems.missing_post("referenced_tweets.id", str(number), section="includes"))
        elif not self._world.may_see(self._viewer.id, found):
            self.errors.append(problems.hidden_post("referenced_tweets.id", found, section="includes"))
        else:
            self.included_posts[str(number)] = found
            if "referenced_tweets.id.author_id" in self._expansions:
                self.included_users[found.author_id] = self._world.user(found.author_id) or self._viewer
