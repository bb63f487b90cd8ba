"""A tenant's own sign-in system vouches for members; it never makes one, and never lets in who may not come in."""
