"""Keeping it decent: reports, hiding and appeals, what must be passed on, first posts that wait, the public log."""
