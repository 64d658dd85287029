"""How tagwake reaches the world: I/O only, as thin as can be."""
