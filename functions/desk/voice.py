"""How a post of ours must sound: what speaks against a text, with the reason and how to mend it. Pure.

A bad public answer is shown around for years (product rule D26), so this is asked before every post, automatic or by
a person. It neither changes a text nor decides whether it goes out.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from desk.weighted_length import weighted_length

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from desk.policy.model import Voice

_WORD = re.compile(r"[^\W\d_]+")
_NOT_SAID = re.compile(r"[\W_]+")

_SHOUTED_LETTERS = 3
_SHOUTED_WORDS = 3
_SHOUTED_SHARE = 1 / 3
"""Shouting is three words of three capitals or more, and a third of all (ours): names such as KLM or USA are fine."""

_SHORTEST_DATA = 4
"""Shorter pieces of personal data stand in a text by chance."""


class VoiceRule(StrEnum):
    """What a text can break."""

    EMPTY = "empty"
    BANNED_PHRASE = "banned phrase"
    EXCLAMATION = "exclamation marks"
    SHOUTING = "shouting"
    PERSONAL_DATA = "personal data"
    LENGTH = "length"
    BLAME = "blame"
    SARCASM = "sarcasm"
    NO_APOLOGY = "no apology"
    DUPLICATE = "duplicate"


class VoiceFault(Struct, frozen=True):
    """One thing that speaks against a text: why, and how to mend it. Never carries personal data."""

    rule: VoiceRule
    reason: str
    mending: str


def faults(
    text: str, voice: Voice, personal: Sequence[str] = (), *, owes_apology: bool = False
) -> tuple[VoiceFault, ...]:
    """Give all that speaks against posting a text, nothing if it is fine.

    `text` is the whole post as X will count it, label and signature included. `personal` is what the customer showed
    of themselves, as `desk.privacy.find` cuts it out of their posts: none of it may be repeated, however it is spaced.
    `owes_apology`: whoever is answered is upset with us, and nobody said sorry yet.
    """
    return (*_faults(text, voice, personal), *_tone_faults(text, voice, owes_apology=owes_apology))


def _faults(text: str, voice: Voice, personal: Sequence[str]) -> Iterator[VoiceFault]:
    if not text.strip():
        yield VoiceFault(VoiceRule.EMPTY, "It says nothing.", "Write something.")
    folded = text.casefold()
    for phrase in voice.banned_phrases:
        if phrase.casefold() in folded:
            yield VoiceFault(VoiceRule.BANNED_PHRASE, f"It says {phrase!r}.", "Say it without this phrase.")
    if (marks := text.count("!")) > voice.max_exclamation_marks:
        reason = f"It has {marks} exclamation marks, {voice.max_exclamation_marks} are allowed."
        yield VoiceFault(VoiceRule.EXCLAMATION, reason, "End sentences with a full stop.")
    if _shouts(text):
        yield VoiceFault(VoiceRule.SHOUTING, "It shouts.", "Write words in small letters.")
    if _repeats(text, personal):
        mending = "Leave the data out; ask for a direct message if they are needed."
        yield VoiceFault(VoiceRule.PERSONAL_DATA, "It repeats personal data of the customer.", mending)
    if (length := weighted_length(text)) > voice.max_length:
        reason = f"It has {length} weighted characters, {voice.max_length} are allowed."
        yield VoiceFault(VoiceRule.LENGTH, reason, f"Shorten it by {length - voice.max_length}.")


def _tone_faults(text: str, voice: Voice, *, owes_apology: bool) -> Iterator[VoiceFault]:
    if phrase := _said(text, voice.blaming_phrases):
        reason = f"{phrase!r} blames the customer."
        yield VoiceFault(VoiceRule.BLAME, reason, "Say what can be done now, whoever did what.")
    if phrase := _said(text, voice.sarcastic_phrases):
        reason = f"{phrase!r} reads as sarcasm to whoever is upset."
        yield VoiceFault(VoiceRule.SARCASM, reason, "Say it plainly.")
    if owes_apology and voice.apologies and not _said(text, voice.apologies):
        reason = "The customer complains and is upset, and this first answer does not say sorry."
        yield VoiceFault(VoiceRule.NO_APOLOGY, reason, f"Apologise, as in {voice.apologies[0]!r}.")


def _said(text: str, phrases: Sequence[str]) -> str | None:
    """Give the first of the phrases that stands in a text as whole words."""
    folded = text.casefold().replace("\u2019", "'")
    return next((each for each in phrases if re.search(rf"(?<!\w){re.escape(each.casefold())}(?!\w)", folded)), None)


def _shouts(text: str) -> bool:
    words: list[str] = _WORD.findall(text)
    shouted = sum(word.isupper() and len(word) >= _SHOUTED_LETTERS for word in words)
    return shouted >= _SHOUTED_WORDS and shouted >= _SHOUTED_SHARE * len(words)


def _repeats(text: str, personal: Sequence[str]) -> bool:
    said = _bare(text)
    return any(len(bare) >= _SHORTEST_DATA and bare in said for bare in map(_bare, personal))


def _bare(text: str) -> str:
    return _NOT_SAID.sub("", text.casefold())
