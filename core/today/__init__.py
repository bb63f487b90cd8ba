"""What a desk must know this morning: which duties the law ends today, which it has ended, and what waits for whom."""
