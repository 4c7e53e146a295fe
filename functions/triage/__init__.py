"""Events -> cases: which case an event belongs to, what a post is about, whether it is acknowledged."""
