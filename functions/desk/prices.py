"""List prices in USD, each with where it is from and of which day. They decide nothing; others multiply by them.

X: X's pricing, pay per use, read on 2026-08-22. Reads are billed per post or user returned; an empty answer is free.
AWS: us-east-1, on demand, without any free tier and before discounts. Lambda, DynamoDB units, HTTP API and SES as
several published guides of 2025 and 2026 quote AWS's price lists, compared on 2026-11-22; the small ones (storage,
traces, alarms, keys) as they stood in 2025 and not compared: aws.amazon.com/<service>/pricing has the last word.
"""

from __future__ import annotations

# ---- X

X_AS_OF = "2026-08-22"

POST_READ = 0.005
OWNED_READ = 0.001
"""Mentions and posts of the account that owns the developer app (X's pricing; X's overview page, 2026: own posts)."""
USER_READ = 0.010
DM_EVENT_READ = 0.010
COUNTS_REQUEST = 0.005

POST = 0.015
POST_WITH_URL = 0.200
SUMMONED_REPLY = 0.010
"""A reply to somebody who mentioned or quoted us: no surcharge for links."""
DM = 0.015

# ---- AWS

AWS_AS_OF = "November 2026"

_MILLION = 1_000_000
_THOUSAND = 1_000

LAMBDA_REQUEST = 0.20 / _MILLION
LAMBDA_GB_SECOND = 0.0000133334
"""arm64, the template's default."""
DYNAMODB_WRITE_UNIT = 0.625 / _MILLION
DYNAMODB_READ_UNIT = 0.125 / _MILLION
DYNAMODB_GB_MONTH = 0.25
DYNAMODB_BACKUP_GB_MONTH = 0.20
"""Point-in-time recovery."""
SCHEDULER_RUN = 1.00 / _MILLION
HTTP_API_REQUEST = 1.00 / _MILLION
SES_MAIL = 0.10 / _THOUSAND
COMPREHEND_UNIT = 0.0001
"""Of 100 characters, language or sentiment (first tier; a third party's account of Comprehend's pricing, 2026-11)."""
LOG_GB = 0.50
"""Taken in; keeping 30 days of them adds 0.03 a GB, which is left out."""
TRACE = 5.00 / _MILLION
"""X-Ray, recorded."""

ALARM_MONTH = 0.10
METRIC_MONTH = 0.30
DASHBOARD_MONTH = 3.00
KEY_MONTH = 1.00
KEY_REQUEST = 0.03 / 10_000
