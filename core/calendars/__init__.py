"""A year's holidays come from a notice that two people have read; what moves is listed before it is published."""
