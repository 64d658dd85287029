"""What tagwake does: one verb a file, so that this listing is the product."""
