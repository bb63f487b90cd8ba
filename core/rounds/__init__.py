"""A province asks its cities to report: figures are frozen when handed in, and for good when the round is closed."""
