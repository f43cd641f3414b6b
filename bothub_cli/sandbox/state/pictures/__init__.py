"""The pictures of messages: fetched at the first look, kept for the next."""
