"""Members of households, and their dated membership."""
