"""The invented year: made only through the actions, with the clock moved."""
