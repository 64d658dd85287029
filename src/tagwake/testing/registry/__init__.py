"""An OCI 1.1 registry over real HTTP, for tests and demonstrations, that can misbehave on purpose."""
