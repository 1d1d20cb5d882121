"""The book as text."""


def lines(book):
    width = max((len(account.name) for account in book), default=0)
    for account in book:
        yield f"{account.name:<{width}} {account.balance:>8,} in {len(account.moves)} move{'s' * (len(account.moves) != 1)}"
    yield f"{'balanced' if book.balanced else 'NOT BALANCED':>{width + 9}}"
