"""The main job, shown against the running system."""
