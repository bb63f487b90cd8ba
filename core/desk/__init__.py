"""What lies on an official's desk: views and files of lists, many acts at once, work begun, wordings, who else is there."""
