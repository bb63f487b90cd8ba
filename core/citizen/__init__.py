"""What a citizen sees: the chance to rate, and what became of a rating; never more than they may know."""
