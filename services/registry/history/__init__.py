"""Who changed what of a household or a member, when, and from which system."""
