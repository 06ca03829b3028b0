"""The program that reads a stranger's spreadsheet, `python -m measures.operations.parsing`; nothing else imports it."""
