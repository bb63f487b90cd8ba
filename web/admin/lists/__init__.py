"""Every list of the back office is read from its address in one way and drawn by the same macros."""
