"""核对: an economic check answered from shared data, for a purpose that is logged (D21, D22, Y56, SYS03, SYS04)."""
