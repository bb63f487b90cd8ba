"""Every figure is made from exact counts by a formula that can be read beside it."""
