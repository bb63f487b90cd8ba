"""A province publishes its rules for its cities version by version, and each city takes them over key by key."""
