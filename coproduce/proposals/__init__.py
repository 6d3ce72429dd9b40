"""Proposals: what residents want changed, clause by clause, inside what the law fixes."""
