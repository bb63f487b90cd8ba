"""A regulation's examples are files a lawyer reads and the real core runs: language, world, runner and coverage."""
