"""Proposals to moderate, made as those of tests/proposals are."""

from tests.proposals.conftest import backed, duties, raised, shaping

__all__ = ["backed", "duties", "raised", "shaping"]
