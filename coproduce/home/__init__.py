"""Home: what needs me now, what is open here, what was promised."""
