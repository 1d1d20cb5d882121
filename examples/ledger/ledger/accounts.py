"""Accounts and the book that holds them."""

from .entries import LedgerError


class Account:
    def __init__(self, name):
        self.name = name
        self.moves = []

    @property
    def balance(self):
        return sum(self.moves)

    def __iadd__(self, amount):
        self.moves.append(amount)
        return self


class Book:
    def __init__(self):
        self._accounts = {}

    def __getitem__(self, name):
        try:
            return self._accounts[name]
        except KeyError:
            raise LedgerError(f"no account {name!r}") from None

    def __iter__(self):
        return iter(sorted(self._accounts.values(), key=lambda account: (-account.balance, account.name)))

    def post(self, entry):
        for name, amount in ((entry.source, -entry.amount), (entry.target, entry.amount)):
            account = self._accounts.setdefault(name, Account(name))
            account += amount

    @property
    def balanced(self):
        return sum(account.balance for account in self) == 0
