"""Fits the small model of sentiment that the desk ships, and fits it to a team's own labelled texts.

Runs on a developer's machine, with libraries of its own (`requirements-train.txt`); nothing here is deployed. What it
sees of a text is read by `triage.model.features`, by which posts are scored too.
"""
