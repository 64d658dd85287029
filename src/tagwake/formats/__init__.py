"""How the world writes things: bytes and text to core values and back, without I/O."""
