"""What a province knows of its cities is what each of them has published: kept by the city, carried by the outbox."""
