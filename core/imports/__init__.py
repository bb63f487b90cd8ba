"""What a place has kept so far is loaded by file: good rows stand, broken ones are listed with the reason."""
