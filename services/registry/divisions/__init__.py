"""Administrative divisions: the tree of 12-digit codes (GB/T 2260, GB/T 10114)."""
