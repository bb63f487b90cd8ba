"""Where citizens rate: windows, items and channels with their printed codes, and the devices that stand in halls."""
