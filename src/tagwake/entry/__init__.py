"""What starts a face."""
