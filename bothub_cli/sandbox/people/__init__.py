"""The people with the phones: they get messages, and answer."""
