"""Questions beside a rating: each answer stands with the questions it was given to, and none is in a rating's way."""
