"""Outbox -> X: may we post, with what, and what next after an error."""
