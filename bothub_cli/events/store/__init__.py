"""The SQLite file with events, notes of sent messages and the suppression lists."""
