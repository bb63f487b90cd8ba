"""A tenant is one place with its regulations; what it answered, overrode and adds to the calendar is its own data."""
