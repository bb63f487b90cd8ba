"""A place is brought on board step by step, in any order, and goes live when nothing is missing."""
