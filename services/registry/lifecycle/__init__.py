"""Where a household stands, since when, decided by whom."""
