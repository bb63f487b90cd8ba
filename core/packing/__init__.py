"""From low-code to code and back: a place's rules become a plugin's folder, and a plugin's rules become changes."""
