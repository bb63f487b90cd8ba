"""The workbench: a regulation's examples written as sentences with choices, run, and run against a proposal."""
