"""How many are to leave poverty in which year and place, and how many have (Y11, Y12, H11, H12, SYS06)."""
