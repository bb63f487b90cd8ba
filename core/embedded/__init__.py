"""One machine is enough: PostgreSQL and Valkey come from wheels, and no one has to install or configure a server."""
