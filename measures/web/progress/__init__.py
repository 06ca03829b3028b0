"""The page of one report: read, written, submitted, decided."""
