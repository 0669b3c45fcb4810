"""The tests of the package; `scripts/python-check` runs them."""
