"""People, what they are here, and how they sign in."""
