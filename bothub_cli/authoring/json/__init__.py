"""Reads JSON messages one by one, and says where one is wrong."""
