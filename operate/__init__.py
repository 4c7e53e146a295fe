"""The command `desk`: what an operator does with a deployed desk, the local one or one on AWS."""
