"""The year as deadlines count it: seen by everybody, written by some, published by another."""
