"""The webhook: takes events, and keeps each before it is answered."""
