"""What things mean: values and rules, with no I/O, no clock and no environment."""
