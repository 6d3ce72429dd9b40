"""The roll: everyone the landlord houses, as its own system lists them, and the letters that ask them to join."""
