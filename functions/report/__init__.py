"""report: what the desk tells people by e-mail, alerts at once and a summary every day. It changes no case."""
