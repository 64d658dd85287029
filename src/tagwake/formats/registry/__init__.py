"""What registries and their clients write: manifests, error bodies, challenges, auth files."""
