"""Processor time of a mention, without any input or output: from X's JSON to the stored case, step by step.

The yardstick is `json.loads` of the same post: what is slow against it is slow on every machine.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from benchmarks.made_up import HOUR, MORNING, accounts, event_of, raw_post, setup, shipped_policy, story
from benchmarks.outcome import Outcome, Table
from benchmarks.timing import medians, once
from desk.case import Case, fold
from desk.event import Event, Filing
from desk.post import parse
from desk.store.codec import decode, encode
from poll.events import place
from triage.acknowledge import plan
from triage.signals.sentiment import model_for
from triage.tree import History, assess

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.made_up import Story
    from desk.post import Post

_POSTS = 200
_LENGTHS = (1, 10, 100, 1_000, 10_000)
_YARDSTICK = "json.loads of the post (the yardstick)"
_ASSESS = "assess it (signals and decision tree)"
_ASSESS_ANEW = "the same, every word for the first time"
_ASSESS_CODELESS = "the same, X tells no language"
_VADER = "VADER's sentiment of the post alone"
_BESIDE = (_ASSESS_ANEW, _ASSESS_CODELESS, _VADER)
_MICRO = 1e6


def run() -> Outcome:
    """Measure and lay out."""
    stages, stage_figures = _stages()
    folds, fold_figures = _folds()
    return Outcome((stages, folds), stage_figures | fold_figures)


# ---- a mention


def _stages() -> tuple[Table, dict[str, Any]]:
    timed = medians(_works() | _beside())
    unit = timed[_YARDSTICK]
    whole = sum(seconds for name, seconds in timed.items() if name not in {_YARDSTICK, *_BESIDE})
    rows = [_stage_row(name, seconds, unit, whole) for name, seconds in timed.items() if name not in _BESIDE]
    rows.append(_stage_row("the whole mention", whole, unit, whole))
    rows += [_stage_row(name, timed[name], unit, None) for name in _BESIDE]
    notes = [
        f"Medians of 11 rounds over {_POSTS} posts of some 110 characters in five languages.",
        f"Assessing a post takes {timed[_ASSESS] / timed[_VADER]:.1f} times what VADER takes for its sentiment alone.",
        "The model remembers words it has read, as most words of a post stood in one just before.",
    ]
    figures = {
        "assess_to_vader": timed[_ASSESS] / timed[_VADER],
        "microseconds_per_mention": {name: seconds * _MICRO / _POSTS for name, seconds in timed.items()},
        "microseconds_of_a_whole_mention": whole * _MICRO / _POSTS,
        "ratio_to_json_loads": whole / unit,
    }
    return Table("CPU: a mention", ("stage", "x yardstick", "us per mention", "share"), rows, notes), figures


def _works() -> dict[str, Callable[[], object]]:
    policy = shipped_policy()
    own_ids, ours = setup().own_ids, accounts()
    texts = [json.dumps(raw_post(number, MORNING + number)) for number in range(_POSTS)]
    raws = [json.loads(text) for text in texts]
    posts = [parse(raw) for raw in raws]
    events = [event_of(post) for post in posts]
    assessed = [assess(post, policy=policy, own_ids=own_ids, history=History()) for post in posts]
    stories = [story(number, MORNING + number) for number in range(_POSTS)]
    folded = [each.case(MORNING + HOUR) for each in stories]
    filings = [Filing(each.case_id, policy.version, made) for each, made in zip(stories, assessed, strict=True)]
    bodies = [(encode(event), encode(case)) for event, case in zip(events, folded, strict=True)]

    def placed(number: int) -> object:
        return place(
            posts[number], source="mentions", read_for=None, accounts=ours, find=lambda _: None, seen_at=MORNING
        )

    def planned(number: int) -> object:
        return plan(
            events[number], assessed[number], stories[number].case_id, policy=policy, has_plan=False, stopped=False
        )

    return {
        _YARDSTICK: lambda: [json.loads(text) for text in texts],
        "parse the post": lambda: [parse(raw) for raw in raws],
        "make its event": lambda: [placed(number) for number in range(_POSTS)],
        _ASSESS: lambda: [assess(post, policy=policy, own_ids=own_ids, history=History()) for post in posts],
        "plan the acknowledgement": lambda: [planned(number) for number in range(_POSTS)],
        "fold the case": lambda: [each.case(MORNING + HOUR) for each in stories],
        "encode event, filing and case": lambda: [
            (encode(event), encode(filing), encode(case))
            for event, filing, case in zip(events, filings, folded, strict=True)
        ],
        "decode event and case": lambda: [(decode(event, Event), decode(case, Case)) for event, case in bodies],
    }


def _beside() -> dict[str, Callable[[], object]]:
    policy, own_ids = shipped_policy(), setup().own_ids
    posts = [parse(raw_post(number, MORNING + number)) for number in range(_POSTS)]
    codeless = [replace(post, language=None) for post in posts]
    analyzer = importlib.import_module("vaderSentiment.vaderSentiment").SentimentIntensityAnalyzer()
    model = model_for(policy)

    def assessed(some: Sequence[Post]) -> object:
        return [assess(post, policy=policy, own_ids=own_ids, history=History()) for post in some]

    def assessed_anew() -> None:
        for post in posts:
            model.forget()
            assess(post, policy=policy, own_ids=own_ids, history=History())

    return {
        _ASSESS_ANEW: assessed_anew,
        _ASSESS_CODELESS: lambda: assessed(codeless),
        _VADER: lambda: [analyzer.polarity_scores(post.text) for post in posts],
    }


def _stage_row(name: str, seconds: float, unit: float, whole: float | None) -> tuple[str, ...]:
    is_stage = whole is not None and name != _YARDSTICK
    share = f"{seconds / whole:.0%}" if is_stage and whole else ""
    return name, f"{seconds / unit:.1f}", f"{seconds * _MICRO / _POSTS:.1f}", share


# ---- a long case


def _folds() -> tuple[Table, dict[str, Any]]:
    stories = {length: _long(length) for length in _LENGTHS}
    seconds = {length: _fold_seconds(each) for length, each in stories.items()}
    base = seconds[_LENGTHS[0]]
    rows = [
        (f"{length:,} posts", f"{taken / base:.1f}", f"{taken * 1000:.2f}", f"{taken / length * _MICRO:.1f}")
        for length, taken in seconds.items()
    ]
    notes = (
        "One case of one customer: the worst there is. A fold takes its own case's events and no others, so that ten",
        "thousand posts in cases of their own cost as much each as one.",
    )
    figures = {"fold_milliseconds": {str(length): taken * 1000 for length, taken in seconds.items()}}
    columns = ("case of", "x one post", "ms per fold", "us per post")
    return Table("CPU: folding a case", columns, rows, notes), figures


def _long(length: int) -> Story:
    """One mould told again, so that making ten thousand posts takes no longer than folding them."""
    made = story(0, MORNING, posts=min(length, 10))
    posts = [event for event in made.events if event.is_inbound]
    again = [
        replace(post, event_id=str(int(post.event_id) + (index << 22)), at=post.at + index)
        for index in range(1, -(-length // len(posts)))
        for post in posts
    ]
    return dataclasses.replace(made, events=(*made.events, *again)[: length + 1])


def _fold_seconds(each: Story) -> float:
    policies = {shipped_policy().version: shipped_policy()}
    times = max(1, 200 // len(each.events))

    def folded() -> None:
        for _ in range(times):
            fold(each.case_id, each.events, policies=policies, now=MORNING + 30 * 24 * HOUR)

    if len(each.events) > _LENGTHS[-2]:
        return once(folded) / times
    return medians({"fold": folded}, rounds=7)["fold"] / times
