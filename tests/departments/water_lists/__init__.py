"""The toy department of `tests/departments/water` with standing lists."""
