"""What regulations, operators and answers say becomes one frozen policy that knows why it says so."""
