"""Logs and metrics of every function: one JSON line per state change, business facts as metrics.

Never in a log: the text of a post at INFO, tokens, addresses.
"""

from __future__ import annotations

import logging
import warnings

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

__all__ = ["MetricUnit", "logger", "metrics"]

logger = Logger(use_rfc3339=True)
metrics = Metrics()

warnings.filterwarnings("ignore", "No application metrics to publish")  # a quiet minute is no fault

for _chatty in ("botocore", "boto3", "urllib3", "tweepy", "requests_oauthlib", "oauthlib"):
    logging.getLogger(_chatty).setLevel(logging.INFO)  # at DEBUG these print tokens and post texts
