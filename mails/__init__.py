"""Mails as people write them, in MJML. `python -m mails` makes of them the templates that are packaged."""
