"""Stand-ins that are shipped: a twin for every port, a real registry, and the suites that prove them."""
