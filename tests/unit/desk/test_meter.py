from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from desk.meter import Meter, Metered


def test_what_threads_add_at_once_adds_up():
    meter = Meter()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: meter.add(Metered.READ_UNIT, 0.5), range(1000)))
    assert meter.take() == {Metered.READ_UNIT: 500}


def test_what_was_taken_is_not_taken_again():
    meter = Meter()
    meter.add(Metered.MAIL, 2)
    meter.take()
    assert meter.take() == {}


def test_what_is_put_back_comes_on_top_of_what_was_added_meanwhile():
    meter = Meter()
    meter.add(Metered.MAIL, 2)
    taken = meter.take()
    meter.add(Metered.MAIL, 1)
    meter.put_back(taken)
    assert meter.take() == {Metered.MAIL: 3}
