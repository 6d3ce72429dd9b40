"""Residents and their landlord decide things together."""
