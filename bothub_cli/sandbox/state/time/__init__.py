"""The sandbox's own time, and what is to happen when."""
