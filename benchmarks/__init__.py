"""What the desk costs, measured: time, memory, bytes and DynamoDB's units; never part of a test's verdict.

Machines differ and are noisy, so times are medians and stand beside a yardstick timed in the same run. Units and
bytes are computed by DynamoDB's rules and the same on every machine.
"""
