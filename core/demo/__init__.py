"""The demo shows real places and a plausible quarter, made through the same doors as everything real."""
