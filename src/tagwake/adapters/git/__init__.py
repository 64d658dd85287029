"""What git knows, asked by its command line."""
