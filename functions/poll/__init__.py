"""X -> events: what is asked of X, within its limits and our budget, and what comes of it."""
