"""One use case per file: what is read for it, and what of it is shown."""
