"""The HTTP API: tells how the queue stands and what is known of a case. It reads, and writes nothing."""
