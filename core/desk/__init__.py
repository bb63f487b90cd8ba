"""What lies on an official's desk: kept views, many acts at once, files, work begun, wordings, who else is there."""
