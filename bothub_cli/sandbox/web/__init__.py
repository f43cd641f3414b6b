"""The page that shows the phones, and what it asks the sandbox for."""
