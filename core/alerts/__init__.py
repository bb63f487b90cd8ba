"""What repeats itself or gathers in one place calls a named role, with the facts that were counted beside it."""
