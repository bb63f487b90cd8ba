"""The rated may contest a bad rating; the rating itself never changes, only what it counts for."""
