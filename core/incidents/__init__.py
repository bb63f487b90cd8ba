"""What failed of a plugin or an extra is kept where every process can read it."""
