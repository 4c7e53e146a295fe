"""The table of prices against what X's pricing page said; a price that changes is changed here with its day."""

from desk import prices


def test_the_prices_of_x_are_those_of_its_pricing_page_of_2026_08_22():
    assert prices.X_AS_OF == "2026-08-22"
    assert {name: getattr(prices, name) for name in _OF_X} == _OF_X


def test_an_owned_read_costs_a_fifth_of_another_as_the_policy_says():
    assert prices.OWNED_READ * 5 == prices.POST_READ


_OF_X = {
    "POST_READ": 0.005,
    "OWNED_READ": 0.001,
    "USER_READ": 0.010,
    "DM_EVENT_READ": 0.010,
    "POST": 0.015,
    "POST_WITH_URL": 0.200,
    "SUMMONED_REPLY": 0.010,
    "DM": 0.015,
    "COUNTS_REQUEST": 0.005,
}
