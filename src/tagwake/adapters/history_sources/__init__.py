"""Where histories are kept by others: registries that record their own tags, and a running service."""
