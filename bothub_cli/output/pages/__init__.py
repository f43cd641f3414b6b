"""Writes what people open in a browser: the report on a campaign with its charts."""
