"""What a post can show, as plain signs with a confidence each; the decision tree asks for nothing else.

It names things and decides nothing. The values of `Sign` are the words in which the drawing of the tree speaks.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Generic, TypeVar

from msgspec import Struct

T = TypeVar("T")


class Signal(Struct, Generic[T], frozen=True):
    """A reading of a post with its confidence, from 0 (a guess) to 1 (a fact that X tells)."""

    value: T
    confidence: float


class Sign(StrEnum):
    """One thing that a post shows or doesn't show."""

    RETWEET = "repeats somebody's post"
    NAMES_US = "speaks to us or of us"
    COMPETITOR = "names a competitor"
    SUMMONS = "mentions our account or quotes our post"
    OPEN_CASE = "its author has an open case"
    COMES_BACK = "opens another conversation beside an open case"
    VIP = "is by a VIP of ours"
    LARGE_ACCOUNT = "is by a large account"
    SPREADING = "spreads fast"

    DANGER = "people may be in danger"
    NOW = "cannot wait"
    CALM = "presses nobody"
    AGAIN = "was asked before"
    MONEY = "names a sum of money"
    TOPIC = "is about one of our topics"
    URGENT_TOPIC = "is about an urgent topic"

    COMPLAINT = "complains"
    INSULT = "insults"
    MOCKERY = "insults and says little else"
    PROBLEM = "tells a problem"
    REQUEST = "asks us to do something"
    QUESTION = "asks a question"
    FEEDBACK = "makes a suggestion"
    PRAISE = "praises"
    THANKS = "thanks"
    PURCHASE = "wants to buy"
    SPAM = "advertises"
    JOKE = "jokes"

    BRIEF = "says little"
    SHORT = "is no longer than a plain question"
    NEGATIVE = "sounds unhappy"
    UPSET = "sounds very unhappy"
    POSITIVE = "sounds happy"
    GLAD = "sounds very happy"
    CLOSING = "needs no further answer"
    STOP = "wants no automatic replies"


Found = dict[Sign, float]
"""The signs of one post, each with its confidence; absent: not seen."""
