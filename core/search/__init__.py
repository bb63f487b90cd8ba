"""Tickets are looked for by what people remember: a number's end, a matter's sound, a telephone, some words."""
