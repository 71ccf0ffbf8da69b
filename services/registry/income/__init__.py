"""Income years of households."""
