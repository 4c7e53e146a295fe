from desk.incidents import baseline
from desk.store import desk_items


def test_posts_are_counted_by_the_width_by_which_surges_are_judged():
    assert baseline.BUCKET_SECONDS == desk_items.BUCKET_SECONDS
