"""What tagwake needs of the world: one Protocol a file, in the words of the domain."""
