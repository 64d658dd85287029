"""An in-memory twin for every port."""
