"""How fast this is on this machine, beside the same rows written by PostgreSQL alone."""
