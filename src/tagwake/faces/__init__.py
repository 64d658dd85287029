"""How the world reaches tagwake: faces parse, call and render, and decide nothing."""
