"""Writes weights into the file that `triage.model.scorer` reads, and reads them back to go on from them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from training.fit import Weights
from training.matrix import Buckets
from triage.model.features import VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage.model.scorer import Card

_LARGEST = 127
_SHARE_KEPT_WHOLE = 0.9999


def to_file(
    weights: Weights, buckets: Buckets, *, name: str, sharpness: float, languages: Sequence[str], **more: object
) -> bytes:
    """Give the file: weights times rarity in whole steps, the few largest cut to 127 of them.

    `more` stands in the card as it is, where a model has other classes than the tone.
    """
    telling = weights.rows * buckets.rarity
    step = float(f"{np.quantile(np.abs(telling), _SHARE_KEPT_WHOLE) / _LARGEST:.6g}")
    units = np.clip(np.rint(telling / step), -_LARGEST, _LARGEST).astype(np.int8)
    card = {
        "name": name,
        "features": VERSION,
        "bits": int(np.log2(len(buckets.rarity))),
        "step": step,
        "intercepts": [round(float(each), 6) for each in weights.intercepts],
        "sharpness": round(sharpness, 3),
        "languages": list(languages),
        **more,
    }
    head = json.dumps(card).encode() + b"\n"
    return head + buckets.checks.tobytes() + buckets.rarity.tobytes() + units.tobytes()


def from_file(file: bytes, card: Card) -> tuple[Weights, Buckets]:
    """Give what a file holds, as far as it was kept."""
    table = file[file.index(b"\n") + 1 :]
    checks, rarity, *_ = np.frombuffer(table, np.uint8).reshape(4, -1)
    telling = np.frombuffer(table, np.int8).reshape(4, -1)[2:].astype(np.float64) * card.step
    return Weights(telling / np.maximum(rarity, 1), np.array(card.intercepts)), Buckets(checks, rarity)
