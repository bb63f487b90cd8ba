"""A supervisor draws closed tickets by lot (随机抽查), so that anybody can draw again and get the same."""
