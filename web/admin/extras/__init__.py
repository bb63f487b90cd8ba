"""The pages of extras: generic, drawn from what an extra declares, and looking as if they had always been there."""
