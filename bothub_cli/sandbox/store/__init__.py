"""Keeps the state of a sandbox in a file."""
