"""What registries' webhooks deliver, read: one file a registry, and how each proves where it comes from."""
