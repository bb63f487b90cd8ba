"""What rules that are not yet in force would have meant for what has happened: read only, and kept as a report."""
