"""The tree of places, and the homes on its leaves."""
