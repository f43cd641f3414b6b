"""Draws a message in the terminal."""
