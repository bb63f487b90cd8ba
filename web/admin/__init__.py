"""The back office: each screen is one file that asks, calls one verb and shows one page."""
