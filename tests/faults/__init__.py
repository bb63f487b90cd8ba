"""What breaks in production is broken here on purpose, under load, and what was acknowledged is counted afterwards."""
