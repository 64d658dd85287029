"""What tagwake tells: text for people, JSON, SARIF and annotations for machines."""
