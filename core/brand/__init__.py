"""A place shows its own name, colours and mark; no colour is taken that somebody could not read."""
