"""A list and a message to start a campaign from."""
