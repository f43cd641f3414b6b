"""Sending the rows of a campaign, until the end or until it is stopped."""
