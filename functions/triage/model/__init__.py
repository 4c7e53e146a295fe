"""The small shipped model of how a text sounds: what it sees, and how it scores; `docs/model-card.md` describes it.

It knows posts by their text alone. It decides nothing: `triage.signals.sentiment` weighs it with everything else.
"""
