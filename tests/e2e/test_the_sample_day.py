"""The sample day, played on the deployed stack with rights enforced, comes out as its author meant it."""

from desk.outbox import UNSETTLED
from local.sample_day import expected


def test_the_books_balance_to_the_post(played):
    assert played.books.faults == ()
    assert played.books.missing == 0


def test_the_day_comes_out_as_its_author_meant_it(played):
    assert played.outcome.faults == ()
    assert played.outcome.figures["volume"]["cases"] == expected().cases
    assert played.outcome.figures["volume"]["posts"] == expected().mentions


def test_every_case_that_should_be_is_acknowledged_on_x_once(played):
    keys = {post_id: key for key, post_id in played.stack.ids.items()}
    assert sorted(keys[each] for each in played.books.acknowledged) == sorted(expected().acknowledged)


def test_no_post_of_ours_is_left_on_its_way(played):
    assert not UNSETTLED & played.books.states.keys()


def test_what_concerns_nobody_is_not_kept(played):
    never = [played.stack.ids[key] for key in expected().never_stored]
    assert [post_id for post_id in never if played.stack.desk.find_post(post_id)] == []


def test_nothing_was_given_up_by_the_streams(played):
    queue = played.stack.cloud.client("sqs").get_queue_attributes(
        QueueUrl=played.stack.outputs["FailureQueueUrl"], AttributeNames=["ApproximateNumberOfMessages"]
    )
    assert queue["Attributes"]["ApproximateNumberOfMessages"] == "0"
