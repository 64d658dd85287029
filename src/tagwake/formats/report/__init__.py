"""Reports: what a verb found, as text for people and documents for machines."""
