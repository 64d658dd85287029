"""What the service's own API says and is told: the shapes of its JSON, written by the service and read by the command line."""
