"""The queue of renovations that wait for their works: registered households first, then the other key groups (Y21)."""
