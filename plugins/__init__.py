"""Cities live here: each folder is one regulation, and none knows another."""
