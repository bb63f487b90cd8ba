"""A tenant's own examples of its rules, kept with every version, and what became of them when they were run."""
