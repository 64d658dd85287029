"""Image references in files of code: text in, references with byte spans out."""
