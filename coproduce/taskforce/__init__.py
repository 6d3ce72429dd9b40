"""The landlord's answers and promises, and the task force that tests them."""
