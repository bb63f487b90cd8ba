"""A place is paused, resumed, put away, taken along whole, or deleted; nothing of it is ever lost by the way."""
