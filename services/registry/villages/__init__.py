"""Villages: the divisions in which households live, with their class."""
