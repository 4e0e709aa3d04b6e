"""The bytes of R's tensors, counted, and when R is asked to collect."""

import os

import pytest
import torch

from nnfit.tensors import ledger
from nnfit.tensors.ledger import LEAST, MEBIBYTE, SMALL, Account, Ledger

CPU = torch.device("cpu")


class Clock:
    """A clock that goes only when it is told to."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def asked():
    return []


@pytest.fixture
def book(asked, clock):
    return Ledger(asked.append, clock)


def of_bytes(size):
    """A tensor of so many bytes, of which none is touched."""
    return torch.empty(size, dtype=torch.uint8)


def test_bytes_are_counted_while_a_tensor_lives(book):
    x, y = torch.zeros(SMALL), of_bytes(SMALL)
    book.note(x)
    book.note(y)
    account = book.account(CPU)
    assert (account.held, account.made) == (5 * SMALL, 5 * SMALL)
    del x
    assert (account.held, account.made) == (SMALL, 5 * SMALL)
    del y
    assert account.held == 0 and not book._entries


def test_the_help_of_as_tensor_says_the_sizes():
    assert (SMALL, LEAST) == (16 * 1024, 256 * 1024**2)


def test_a_tensor_is_entered_once(book):
    x = of_bytes(SMALL)
    book.note(x)
    book.note(x)
    assert book.account(CPU).made == SMALL


def test_what_has_no_bytes_worth_counting_is_left_out(book):
    base = of_bytes(4 * SMALL)
    for x in (of_bytes(SMALL - 1), base[1:], base.view(4, -1), base.to("meta")):
        book.note(x)
    assert not book.accounts
    silent = Ledger()
    silent.note(base)
    assert not silent.accounts


def test_r_is_asked_when_enough_was_made(book, asked):
    book.note(of_bytes(LEAST))
    assert asked == []
    book.note(of_bytes(SMALL))
    assert asked == [False]
    assert book.account(CPU).made == 0
    book.note(of_bytes(LEAST))
    assert asked == [False]


def test_a_full_collection_follows_where_much_is_still_held(clock):
    garbage, kinds = [], []

    def collect(full):
        kinds.append(full)
        if full:
            garbage.clear()

    book = Ledger(collect, clock)
    account = book.account(CPU)
    garbage.append(of_bytes(LEAST))
    book.note(garbage[0])
    small = of_bytes(SMALL)
    book.note(small)
    assert kinds == [False, True]
    assert account.held == account.settled == SMALL
    kept = of_bytes(LEAST + MEBIBYTE)
    book.note(kept)
    assert kinds == [False, True] * 2 and account.settled == kept.numel() + SMALL
    more = of_bytes(LEAST + 1)
    book.note(more)  # not yet a quarter as much again
    assert kinds == [False, True] * 2 + [False]
    assert account.settled == kept.numel() + SMALL


@pytest.mark.parametrize(
    ("held", "settled", "grown"),
    [(LEAST, 0, False), (LEAST + 1, 0, True), (LEAST + 125, 100, False), (LEAST + 126, 100, True)],
)
def test_growth_is_measured_from_the_last_full_collection(held, settled, grown):
    assert Account(0, held=held, settled=settled).grown() is grown


def test_collections_that_take_long_become_rarer_and_then_more_frequent():
    account = Account(most=3 * LEAST)
    account.adapt(0.9, 1.0)  # a tenth of the time, of which half counts
    assert account.limit == LEAST and account.busy == pytest.approx(0.05)
    account.adapt(1.5, 2.0)
    assert account.limit == 2 * LEAST and account.busy == pytest.approx(0.275)
    account.adapt(2.5, 3.0)
    assert account.limit == 3 * LEAST
    account.busy = 0
    account.adapt(4.0, 4.0)
    assert account.limit == 1.5 * LEAST
    account.adapt(5.0, 5.0)
    assert account.limit == LEAST
    account.busy = 0.05
    account.adapt(5.95, 6.0)  # neither much nor little
    assert account.limit == LEAST and account.ended == 6


def test_time_is_taken_around_both_collections(clock):
    def collect(full):
        clock.now += 3 if full else 1

    book = Ledger(collect, clock)
    book.account(CPU)
    clock.now = 4.0
    kept = of_bytes(LEAST + 1)
    book.note(kept)
    account = book.account(CPU)
    assert account.ended == 8 and account.busy == pytest.approx(0.25)
    assert account.limit == min(2 * LEAST, account.most)


def test_every_device_has_its_account(book):
    first = book.account(CPU)
    assert book.account(CPU) is first
    other = book.account(torch.device("meta"))
    assert other is not first and other.most == ledger.MOST_UNKNOWN
    assert first.most == max(LEAST, ledger.memory_of(CPU) / 16)
    assert first.limit == LEAST


def test_the_memory_of_a_device(monkeypatch):
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert ledger.memory_of(CPU) == pages
    assert ledger.memory_of(torch.device("meta")) is None
    properties = type("Properties", (), {"total_memory": 2**33})
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda device: properties)
    assert ledger.memory_of(torch.device("cuda:1")) == 2**33
    monkeypatch.setattr(os, "sysconf_names", {})
    assert ledger.memory_of(CPU) is None


def test_counting_starts_when_r_says_how_to_collect(monkeypatch):
    monkeypatch.setattr(ledger.LEDGER, "collect", None)
    ledger.start(print)
    assert ledger.LEDGER.collect is print
