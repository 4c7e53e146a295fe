import re

import holidays
import pytest

from desk.policy.holiday_regions import regions


def test_the_regions_accepted_are_those_the_holidays_package_knows():
    known = {
        country: frozenset(part for part in parts if re.fullmatch(r"[A-Z0-9]{1,3}", part))
        for country, parts in holidays.list_supported_countries(include_aliases=False).items()
    }
    assert regions() == known


@pytest.mark.parametrize(("country", "part"), [("DE", "BE"), ("US", "CA"), ("DK", None), ("GB", "SCT")])
def test_a_region_accepted_can_be_used(country, part):
    assert country in regions()
    assert holidays.country_holidays(country, subdiv=part, years=2026)
