"""Screens and the machine interface stand here, on core and on nothing of a city."""
