"""Messages as typed values that read and write their JSON."""
