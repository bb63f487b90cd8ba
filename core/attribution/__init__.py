"""Who a grade counts for is settled when the service is given, by policy and by the city's own hook."""
