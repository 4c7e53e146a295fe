"""The local stack: the embedded cloud, the simulator of X, and what is played on them."""
