"""Hears what users answer: a webhook receiver, a durable store of events, and what follows from them."""
