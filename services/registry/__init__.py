"""The registry: who is registered, where each household stands, and what all departments say of it."""

from pathlib import Path

from shared.codes import register_code_lists

register_code_lists(Path(__file__).with_name("codes"))
