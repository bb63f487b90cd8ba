"""The desk of whoever works with lists: views they keep, tickets they take on, many acts at once, files."""
