"""Fixtures for every test come from the kernel's pytest plugin."""

pytest_plugins = ["shared.testing.plugin"]
