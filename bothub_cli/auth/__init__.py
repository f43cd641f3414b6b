"""The two tokens of a call: kept, renewed once, and explained."""
