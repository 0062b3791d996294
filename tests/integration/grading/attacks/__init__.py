"""Notebooks that cheat, break or try to escape, and what has to come of each."""
