"""What is shown while a command goes on: how far it is, and what comes meanwhile."""
