"""Entries and reading them."""


class LedgerError(Exception):
    """Something that the book cannot do."""


class Entry:
    __slots__ = ("date", "source", "target", "amount")

    def __init__(self, date, source, target, amount):
        self.date = date
        self.source = source
        self.target = target
        self.amount = amount

    def __repr__(self):
        return f"Entry({self.date}, {self.source} -> {self.target}, {self.amount:,})"


def parse(line):
    match line.split():
        case [date, source, target, amount]:
            try:
                return Entry(date, source, target, int(amount))
            except ValueError as error:
                raise LedgerError(f"{date}: {amount!r} is no amount") from error
        case parts:
            raise LedgerError(f"{len(parts)} columns where four are wanted")


def read(path, errors):
    """Yields the entries of a file; what cannot be read goes to the list of errors."""
    with open(path) as file:
        for line in file:
            if not line.strip() or line.startswith("#"):
                continue
            try:
                yield parse(line)
            except LedgerError as error:
                errors.append(error)
