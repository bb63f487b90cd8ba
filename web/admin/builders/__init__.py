"""What is more than a table of values is built piece by piece, with what it would look like beside it."""
