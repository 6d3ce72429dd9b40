"""Measuring at the size that we promise: 2,000 proposals, 20,000 clauses, 50,000 comments. See docs/performance.md."""
