"""Reading a list of residents, and working out what it would change."""
