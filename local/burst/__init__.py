"""Bursts, silences and kills on the deployed stack: is every mention held or reported, and nothing said twice."""
