"""What people without an account see: the rating page, its receipt, windows and kiosks, results, and the way in."""
