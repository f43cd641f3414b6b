"""What a phone will show of a message and what it will cut, in numbers."""
