"""What a province sees of its cities: the directory, and what each city shows to everybody."""
