"""How the world reaches the service: over HTTP."""
