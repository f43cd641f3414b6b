"""From a list and a template to messages."""
