"""What happens to households: natural changes, split, merge, transfer between villages."""
