"""Fixtures for every test come from the kernel's pytest plugin."""

from hypothesis import settings

pytest_plugins = ["shared.testing.plugin"]

# A busy machine makes a test slower, not wrong; tests of a few seconds say their own number of examples.
settings.register_profile("yihu", deadline=None, max_examples=100)
settings.load_profile("yihu")
