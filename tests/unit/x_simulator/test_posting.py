"""What may be posted, and what becomes of it."""

import pytest

NOON = 1_700_000_000

NOT_SUMMONED = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author "
    "of the post you are replying to."
)


@pytest.fixture
def question(world):
    return world.post(author="ana", text="@brand where is my parcel?", created_at=NOON - 60)


def detail(answer):
    return answer.status, answer.json()["detail"]


def test_a_summoned_reply_is_posted(client, world, question):
    answer = client.reply("On its way", question.id)
    assert answer.status == 201
    post = world.find(int(answer.json()["data"]["id"]))
    assert (post.author_id, post.replied_to, post.created_ms) == ("1", question.id, NOON * 1000)


def test_a_reply_to_somebody_who_did_not_mention_us_is_refused(client, world):
    stranger = world.post(author="ana", text="Brand is the worst")
    assert detail(client.reply("Sorry", stranger.id)) == (403, NOT_SUMMONED)
    assert list(world.posts_by("1", "1")) == []


def test_who_quoted_us_has_summoned_us(client, world):
    ours = world.post(author="brand", text="We are open")
    quote = world.post(author="ana", text="no you are not", quotes=ours.id)
    assert client.reply("We are now", quote.id).status == 201


def test_a_mention_of_another_account_summons_only_that_one(client, world):
    other = world.post(author="ana", text="@care help")
    assert client.reply("Hello", other.id).status == 403
    client.token = "care-token"
    assert client.reply("Hello", other.id).status == 201


def test_a_thread_of_our_own_goes_on(client):
    first = client.post("/2/tweets", {"text": "We have an outage"}).json()["data"]["id"]
    assert client.reply("It is over", first).status == 201


def test_the_same_text_within_a_day_is_a_duplicate(client, world, question):
    other = world.post(author="bo", text="@brand hello?")
    assert client.reply("We are on it", question.id).status == 201
    duplicate = (403, "You are not allowed to create a Tweet with duplicate content.")
    world.advance_to(NOON + 86_399)
    assert detail(client.reply("We are on it ", other.id)) == duplicate
    world.advance_to(NOON + 86_400)
    assert client.reply("We are on it", other.id).status == 201


def test_another_account_may_say_the_same(client):
    assert client.post("/2/tweets", {"text": "Hello"}).status == 201
    client.token = "care-token"
    assert client.post("/2/tweets", {"text": "Hello"}).status == 201


@pytest.mark.parametrize("fate", ["deleted", "protected", "never"])
def test_a_target_that_is_gone_can_not_be_answered(client, world, question, fate):
    if fate == "deleted":
        world.delete(question.id)
    if fate == "protected":
        world.protect("2")
    target = "123" if fate == "never" else question.id
    gone = "You attempted to reply to a Tweet that is deleted or not visible to you."
    assert detail(client.reply("Hello", target)) == (403, gone)


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({"text": "x", "colour": "red"}, "$.colour"),
        ({"text": "x", "reply": {"in_reply_to_tweet_id": "1", "note": 1}}, "$.reply.note"),
        ({"text": "x", "reply": {}}, "$.reply.in_reply_to_tweet_id"),
        ({"text": "x", "reply": {"in_reply_to_tweet_id": 1}}, "$.reply.in_reply_to_tweet_id"),
        (
            {"text": "x", "reply": {"in_reply_to_tweet_id": "1", "exclude_reply_user_ids": "2"}},
            "$.reply.exclude_reply_user_ids",
        ),
        ({"text": "x", "reply": "1"}, "$.reply"),
        ({"text": " "}, "$.text"),
        ({}, "$.text"),
        ([], "$"),
    ],
)
def test_a_body_that_x_does_not_know_is_refused(client, body, parameter):
    answer = client.post("/2/tweets", body)
    assert answer.status == 400
    assert list(answer.json()["errors"][0]["parameters"]) == [parameter]


def test_a_quote_post_is_not_on_this_tier(client, question):
    assert client.post("/2/tweets", {"text": "look", "quote_tweet_id": str(question.id)}).status == 403


def test_280_letters_are_posted_and_281_are_not(client, question):
    assert client.reply("x" * 280, question.id).status == 201
    too_long = client.reply("y" * 281, question.id)
    assert too_long.status == 400
    assert too_long.json()["detail"].startswith("Your Tweet text is too long.")


def test_leading_names_of_a_reply_do_not_count(client, question):
    assert client.reply("@ana " + "x" * 280, question.id).status == 201


def test_names_are_put_before_a_reply_and_links_and_signs_rewritten(client, world):
    post = world.post(author="ana", text="@brand @bo and I wait")
    answer = client.reply("Q&A: https://brand.example/faq", post.id).json()["data"]
    assert answer["text"].startswith("@ana @bo Q&amp;A: https://t.co/")
    entities = client.get("/2/tweets", ids=answer["id"], tweet__fields="entities").json()["data"][0]["entities"]
    assert [name["username"] for name in entities["mentions"]] == ["ana", "bo"]
    assert entities["urls"][0]["expanded_url"] == "https://brand.example/faq"


def test_a_name_that_leads_already_is_not_repeated(client, question):
    assert client.reply("@Ana hello", question.id).json()["data"]["text"] == "@Ana hello"


def test_an_excluded_account_is_not_named(client, world):
    post = world.post(author="ana", text="@brand @bo and I wait")
    reply = {"in_reply_to_tweet_id": str(post.id), "exclude_reply_user_ids": ["3"]}
    assert client.post("/2/tweets", {"text": "Hi", "reply": reply}).json()["data"]["text"] == "@ana Hi"


def test_nobody_can_be_sent_a_message(client):
    assert client.post("/2/dm_conversations/with/2/messages", {"text": "hi"}).status == 403


def test_what_was_posted_is_on_our_timeline_at_once(client, question):
    sent = client.reply("On its way", question.id).json()["data"]["id"]
    listed = client.get("/2/users/1/tweets", tweet__fields="referenced_tweets,in_reply_to_user_id").json()["data"]
    assert [post["id"] for post in listed] == [sent]
    assert listed[0]["referenced_tweets"] == [{"type": "replied_to", "id": str(question.id)}]
    assert listed[0]["in_reply_to_user_id"] == "2"
