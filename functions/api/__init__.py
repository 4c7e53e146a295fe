"""The HTTP API: tells how the queue stands and what is known of a case, and takes what people do. It posts nothing."""
