"""A bad rating becomes a ticket whose states, acts and clocks are data and whose deadlines are stored facts."""
