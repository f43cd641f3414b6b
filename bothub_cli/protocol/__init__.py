"""What the wire says: builds requests and reads answers, without a network, a clock or a file."""
