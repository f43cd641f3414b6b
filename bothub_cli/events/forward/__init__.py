"""Sends events on: to a URL, to a command, again, or made up."""
