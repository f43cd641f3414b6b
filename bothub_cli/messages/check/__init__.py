"""Finds what is wrong with a message before the API or a phone does."""
