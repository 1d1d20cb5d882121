"""A small ledger: reads entries from a file, adds them up by account, and reports."""

import sys

from ledger import report
from ledger.accounts import Book
from ledger.entries import LedgerError, read


def main(folder):
    book = Book()
    errors = []
    for entry in read(folder + "/entries.txt", errors):
        book.post(entry)
    for line in report.lines(book):
        print(line)
    for error in errors:
        print("skipped:", error)
    try:
        book["nobody"]
    except LedgerError as error:
        print("as expected:", error)
    return 0 if book.balanced else 1


sys.exit(main(__file__.rpartition("/")[0]))
