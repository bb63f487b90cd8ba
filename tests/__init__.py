"""Claims about the world this program lives in; each test is one someone could dispute."""
