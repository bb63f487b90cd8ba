"""A tenant's rules are proposed, looked at from all sides, and approved in the browser."""
