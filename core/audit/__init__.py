"""Whatever changes is written down beside the change, in the same transaction, and can only be read afterwards."""
