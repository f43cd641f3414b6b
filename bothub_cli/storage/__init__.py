"""SQLite opened privately, with one vocabulary of errors."""
