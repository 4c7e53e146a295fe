"""What the desk costs, measured: time, memory, bytes and DynamoDB's units; never part of a test's verdict.

Machines differ and are noisy, so times are medians and stand beside a yardstick timed in the same run. Units and
bytes are computed by DynamoDB's rules and the same on every machine.
"""

import os

# Before anything of the desk is imported: nobody's account can be reached, and no log line is written while timing.
os.environ |= {
    "AWS_ACCESS_KEY_ID": "benchmarks",
    "AWS_SECRET_ACCESS_KEY": "benchmarks",
    "AWS_DEFAULT_REGION": "us-east-1",
    "POWERTOOLS_SERVICE_NAME": "benchmarks",
    "POWERTOOLS_METRICS_NAMESPACE": "MentionDesk",
    "LOG_LEVEL": "CRITICAL",
}
os.environ.pop("AWS_ENDPOINT_URL", None)
os.environ.pop("AWS_PROFILE", None)
