"""Records of tags that others have kept, to be taken over: rows or files -> sightings."""
