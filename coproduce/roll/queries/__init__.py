"""Reads of the roll."""
