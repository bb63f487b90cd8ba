"""The organisation comes in as a spreadsheet: read strictly, mapped by column, tried, then taken in whole."""
