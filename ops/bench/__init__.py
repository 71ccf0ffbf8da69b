"""How fast the main job is, beside limits measured in the same run on the same machine."""
