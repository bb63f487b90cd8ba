"""A file handed in for a ticket cannot run, is kept encrypted, and is read again unaltered or not at all."""
