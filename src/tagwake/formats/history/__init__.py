"""How registries and their clients write where a tag has been: one module a shape, each written and read."""
