"""The ledger that several machines share: a PostgreSQL database that hands out rows, remembers them, and fences."""
