"""Incidents: when many write about the same thing, they are answered as one. Pure; what is stored stands in `store`."""
