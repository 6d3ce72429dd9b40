"""Ballots: who may vote, what was chosen, and one honest count."""
