"""A service event opens the chance to rate it; a rating comes in once, whole, and is never changed."""
