"""What an extra declares is kept, timed, guarded and told here, in one way for every extra."""
