"""What the webhook receives: events, statuses and times."""
