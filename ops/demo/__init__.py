"""The demo district: real figures of the plans, invented people, loaded through the public interface.

`generate(profile, today=day)` is pure and always gives the same district for the same day; `python -m ops demo` loads
it into a running system.
"""

from ops.demo.district import District, generate
from ops.demo.profiles import Profile, load_profile, profile_names
from ops.demo.step import Step

__all__ = ["District", "Profile", "Step", "generate", "load_profile", "profile_names"]
