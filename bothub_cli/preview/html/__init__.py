"""Draws a message as a page for the browser."""
