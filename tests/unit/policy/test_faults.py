"""Every rule of a policy, each broken once in the shipped one: the fault is found, at its place, and no other."""

import tomllib
from copy import deepcopy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk.policy import PolicyFaults, parse
from desk.policy.agreement import check
from desk.policy.faults import Faults, lines_of_places
from desk.policy.keys import POLICY, WORD_LISTS
from desk.policy.load import _policy

FORM = [
    ('time_zone = "Europe/Berlin"       #', 'time_zone = "Europe/Berln"  #', "brand.time_zone", "is not a time zone"),
    ('time_zone = "Europe/Berlin"       #', 'time_zone = "Europe"  #', "brand.time_zone", "is not a time zone"),
    ('time_zone = "Europe/Berlin"       #', 'time_zone = "../etc"  #', "brand.time_zone", "is not a time zone"),
    ('name = "PebblewingHelp"', 'name = "PebblewingHelpDesk"', "handles[0].name", "18 characters long"),
    ('name = "PebblewingHelp"', 'name = "@Pebblewing"', "handles[0].name", "a name X allows"),
    ('name = "PebblewingHelp"', 'name = "Pebble-Help"', "handles[0].name", "a name X allows"),
    ('signature = "JK"', 'signature = "jk"', "handles[3].signature", "capital letters"),
    ("enabled = true ", 'enabled = "yes" ', "acknowledgement.enabled", "should be true or false, is a text"),
    ("overlap_minutes = 5 ", "overlap_minutes = true ", "polling.overlap_minutes", "whole number, is true or false"),
    ("overlap_minutes = 5 ", "overlap_minutes = 5.0 ", "polling.overlap_minutes", "should be a whole number"),
    ("warn_at_share = 0.8", "warn_at_share = 80", "teams[2].warn_at_share", "share above 0 and up to 1, is 80"),
    ("warn_at_share = 0.8", "warn_at_share = 0", "teams[2].warn_at_share", "share above 0 and up to 1, is 0"),
    ("posts_per_15_minutes = 60 ", "posts_per_15_minutes = 101 ", "caps.posts_per_15_minutes", "X takes 100 posts"),
    ("automatic_per_day = 200 ", "automatic_per_day = 2401 ", "caps.automatic_per_day", "X takes 2,400 posts"),
    ("max_length = 280 ", "max_length = 281 ", "voice.max_length", "280 weighted characters"),
    ("usd_per_day = 40 ", "usd_per_day = 0 ", "budget.usd_per_day", "should be an amount from 0.1 to 100,000"),
    ("usd_per_day = 40 ", "usd_per_day = 0.125 ", "budget.usd_per_day", "in whole cents, is 0.125"),
    ("usd_per_day = 40 ", "usd_per_day = true ", "budget.usd_per_day", "should be an amount of money"),
    ("daily_reads = 500", "daily_reads = 0", "searches[1].daily_reads", "from 10 to 1,000,000"),
    ("daily_reads = 500", "", "searches[1].daily_reads", "is missing"),
    ("overlap_minutes = 5 ", "overlap_minuts = 5 ", "polling.overlap_minuts", "did you mean 'overlap_minutes'?"),
    ('"sales@pebblewing.example"', '"sales.pebblewing.example"', "teams[2].emails[0]", "should be an e-mail address"),
    ('emails = ["service-lead@pebblewing.example"]', "emails = []", "reports.emails", "needs at least 1, has 0"),
    (r"'\b847-?\d{10}\b'", r"'\b847-?(\d{10}\b'", "brand.reference_patterns[1]", "is not a regular expression"),
    (r"'\b847-?\d{10}\b'", r"'\d*'", "brand.reference_patterns[1]", "matches even an empty text"),
    ('country = "DE"', 'country = "ZZ"', "calendars[1].holidays.country", "not a country whose holidays are known"),
    ('subdivision = "BE"', 'subdivision = "XX"', "calendars[1].holidays.subdivision", "is not a part of DE"),
    ('"07:00-23:00"', '"7 to 11"', "calendars[0].hours.mon-sun", "not a span of hours"),
    ("mon-sun =", "mo-su =", "calendars[0].hours.mo-su", "a day or a span of days"),
    ("date = 2026-12-31", 'date = "2026-12-31"', "calendars[1].exceptions[1].date", "a date like 2026-12-24"),
    ("date = 2026-12-31", "date = 2026-12-31T10:00:00", "calendars[1].exceptions[1].date", "is a date with a time"),
    (
        'languages = ["en", "de", "es", "fr", "da"]\ndaily',
        'languages = ["iw"]\ndaily',
        "searches[1].languages[0]",
        "write 'he'",
    ),
    (
        'languages = ["en", "de", "es", "fr", "da"]\ndaily',
        'languages = ["dk"]\ndaily',
        "searches[1].languages[0]",
        "not a language",
    ),
    ('purpose = "praise"', 'purpose = "prays"', "responses[5].purpose", "should be one of"),
    ('categories = ["praise"]', 'categories = ["prase"]', "responses[5].categories[0]", "did you mean 'praise'?"),
    ('"Skylark Jet", "SkylarkJet"', '"Skylark Jet", "skylark jet"', "brand.competitors[1]", "listed twice"),
    ('terms = ["PebbleMiles",', 'terms = ["...",', "searches[1].terms[0]", "a word or a phrase"),
    ('link = "https://help.pebblewing.example/app"', 'link = "help.pebblewing.example"', "responses[11].link", "https"),
    ("[words.stop]", "[words.stopp]", "words.stopp", "did you mean 'stop'?"),
]

AGREEMENT = [
    (
        "[responses.texts]\nen = [",
        '[responses.texts]\nsv = ["Tack!", "Vad roligt.", "Vi svarar."]\nen = [',
        "acknowledgement.label",
        "has no 'sv', in which",
    ),
    ('title = "Sales Team"', 'title = "Sales @Pebblewing"', "teams[2].title", "without @ and braces"),
    (
        'default_team = "care"',
        'default_team = "car"',
        "brand.default_team",
        "not defined in teams; did you mean 'care'?",
    ),
    ('calendar = "care"', 'calendar = "nights"', "teams[0].calendar", "is not defined in calendars"),
    ('topics = ["group-booking"]', 'topics = ["groups"]', "routes[1].topics[0]", "is not defined in topics"),
    ('team = "technical"', 'team = "tecnical"', "routes[0].team", "did you mean 'technical'?"),
    ('name = "jonas_pbw"', 'name = "MIA_Pebblewing"', "handles[3].name", "is the name of handles[2] already"),
    ('name = "products"', 'name = "brand"', "searches[1].name", "is the name of searches[0] already"),
    ('role = "support"', 'role = "brand"', "handles", "none has the role 'support'"),
    ('agent = "Jonas"\n', "", "handles[3].agent", "belongs to a person"),
    ('role = "brand"\n', 'role = "brand"\nsignature = "PB"\n', "handles[1].signature", "the role 'agent'"),
    ('signature = "JK"', 'signature = "MR"', "handles[3].signature", "is the signature of handles[2] already"),
    ('exclude = ["wing pebble"', 'exclude = ["PEBBLEWING"', "searches[0].terms[0]", "excluded by the same search"),
    ("recheck_hours = [1, 8, 23]", "recheck_hours = [1, 23, 8]", "polling.recheck_hours", "should rise"),
    (
        "always_open = true",
        'always_open = true\nhours = { mon = "09:00-10:00" }',
        "calendars[2].hours",
        "says nothing beside",
    ),
    ("always_open = true", "", "calendars[2].hours", "opens on no day"),
    ("always_open = true", 'hours = { mon = "closed" }', "calendars[2].hours", "opens on no day"),
    ('fri = "09:00-17:00"', 'thu-fri = "09:00-17:00"', "calendars[1].hours", "thu"),
    ("date = 2026-12-31", "date = 2026-12-24", "calendars[1].exceptions[1].date", "2026-12-24"),
    ("resolution_minutes = 240,", "resolution_minutes = 14,", "teams[0].targets.P1.resolution_minutes", "less than"),
    (
        "usd_per_month = 400",
        "usd_per_month = 39.5",
        "budget.usd_per_month",
        "is 39.5, less than usd_per_day (40.0)",
    ),
    (
        'status_handle = "Pebblewing"',
        'status_handle = "jonas_pbw"',
        "incidents.status_handle",
        "is no support or brand",
    ),
    ("after_minutes = 240", "after_minutes = 60", "teams[0].escalation", "should rise in after_minutes, is [60, 60]"),
    (
        "escalation = [ ",
        "escalation = [ "
        + "".join(f'{{ after_minutes = {minutes}, emails = ["boss@pebblewing.example"] }}, ' for minutes in (10, 20)),
        "teams[0].escalation",
        "has 4 levels, at most 3 are allowed",
    ),
    ('da = "(automatisk svar)"', "", "acknowledgement.label", "has no 'da', a language of the brand"),
    ('en = "(automatic reply)"', 'en = "(automatic!! reply)"', "acknowledgement.label.en", "2 exclamation marks"),
    ('"Got your baggage question.', '"@Pebblewing got it.', "responses[1].texts.en[0]", "has an @name"),
    ('"Got your baggage question.', '"Please calm DOWN.', "responses[1].texts.en[0]", "'calm down', a banned phrase"),
    ('"Got your baggage question.', '"Wow! Great!', "responses[1].texts.en[0]", "2 exclamation marks, 1 are allowed"),
    (
        '"Got your baggage question.',
        '"Hello {customer}.',
        "responses[1].texts.en[0]",
        "{customer} is not a placeholder",
    ),
    ('"Got your baggage question.', '"Dear {brnd}.', "responses[1].texts.en[0]", "did you mean 'brand'?"),
    (
        '"Got your baggage question.',
        '"A { brace.',
        "responses[1].texts.en[0]",
        "a brace that belongs to no placeholder",
    ),
    ('"Got your baggage question.', '"See {link}.', "responses[1].texts.en[0]", "but the response has no link"),
    (
        'purpose = "praise"\n',
        'purpose = "praise"\nlink = "https://a.example/x"\n',
        "responses[5].link",
        "is in no text",
    ),
    (
        "a person will answer you {opens}.",
        "a person will answer you.",
        "responses[3].texts.en[0]",
        "write {opens} where it belongs",
    ),
    (
        "keep this post up to date: {status_post}",
        "keep our thread up to date",
        "responses[13].texts.en[2]",
        "does not point to the status post: write {status_post} where it belongs",
    ),
    (
        '"Good news: this is fixed.',
        '"See {status_post}.',
        "responses[14].texts.en[2]",
        "which only texts of the purpose 'incident' have",
    ),
    (
        'name = "status-first"\npurpose = "status"',
        'name = "status-first"\npurpose = "status"\ncategories = ["problem"]',
        "responses[17].categories",
        "says nothing for a status post",
    ),
    (
        'purpose = "incident_resolved"',
        'purpose = "canned"',
        "responses",
        "none fits every incident_resolved, which acknowledgement.enabled = true needs",
    ),
    ('"Got your baggage question.', f'"{"word " * 40}', "responses[1].texts.en[0]", "weighted characters when"),
    ('"Got your baggage question.', f'"{"行李" * 60}', "responses[1].texts.en[0]", "weighted characters when"),
]


@pytest.mark.parametrize(("old", "new", "place", "message"), FORM, ids=[f"{row[2]}-{i}" for i, row in enumerate(FORM)])
def test_a_value_of_the_wrong_form_is_named_at_its_place(faults_with, old, new, place, message):
    found = faults_with(old, new)
    assert place in {where for where, _ in found}
    assert any(message in said for where, said in found if where == place)


@pytest.mark.parametrize(("old", "new", "place", "message"), AGREEMENT)
def test_values_that_do_not_agree_are_one_fault_at_its_place(faults_with, old, new, place, message):
    [(where, said)] = faults_with(old, new)
    assert where == place
    assert message in said


def test_a_term_that_fits_no_query_is_named(faults_with):
    crowded = ", ".join(f'"not this phrase {number:03}"' for number in range(20))
    found = faults_with("misspellings = false\nexclude = []", f"misspellings = false\nexclude = [{crowded}]")
    assert [place for place, _ in found] == [f"searches[1].terms[{index}]" for index in range(3)]
    assert all("X takes 512" in message for _, message in found)


def test_routes_behind_one_that_takes_everything_are_never_reached(faults_with):
    assert faults_with("[[routes]]", '[[routes]]\nteam = "care"\n\n[[routes]]') == [
        ("routes[1]", "is never reached: routes[0] takes every case"),
        ("routes[2]", "is never reached: routes[0] takes every case"),
    ]


def test_a_response_behind_one_for_every_case_is_never_used(faults_with):
    old = 'categories = ["complaint", "problem"]  # only'
    [(place, message), *others] = faults_with(old, "categories = []  # only")
    assert (place, others[0][0]) == ("responses[1]", "responses[2]")
    assert "responses[0] fits every acknowledgement" in message


def test_acknowledging_needs_a_text_for_every_case_and_language(faults_with):
    [(place, message)] = faults_with(
        'purpose = "praise"\ncategories = ["praise"]', 'purpose = "praise"\ncategories = ["joke"]'
    )
    assert place == "responses"
    assert message == "none fits every praise, which acknowledgement.thank_for_praise = true needs"


@pytest.mark.parametrize(("switch", "purpose"), [("answers_joined", "incident"), ("status_post_by_itself", "status")])
def test_what_an_incident_says_by_itself_needs_its_text(shipped, switch, purpose):
    without = shipped.replace(f'purpose = "{purpose}" ', 'purpose = "canned" ').replace(" {status_post}", "")
    without = without.replace(f'purpose = "{purpose}"\n', 'purpose = "canned"\nlink = "https://a.example/x"\n')
    switched = without.replace(f"{switch} = false", f"{switch} = true")
    needed = f"none fits every {purpose}, which incidents.{switch} = true needs"
    assert needed not in str(_faults_of(without))
    assert needed in str(_faults_of(switched))


def _faults_of(text):
    try:
        parse(text)
    except PolicyFaults as faults:
        return faults
    return None


def test_without_a_status_page_no_text_of_an_incident_names_it(faults_with):
    found = faults_with('status_url = "https://status.pebblewing.example/"', "")
    assert {place.partition(".")[0] for place, _ in found} == {f"responses[{number}]" for number in (15, 16, 17, 18)}
    assert {said for _, said in found} == {
        "has {link}, but neither the response has a link nor incidents.status_url is set"
    }


def test_a_status_post_is_in_the_brands_first_language_at_least(faults_with):
    found = faults_with('languages = ["en", "de", "es", "fr", "da"]  #', 'languages = ["de", "en"]  #')
    assert [place for place, _ in found] == [f"responses[{number}].texts" for number in range(15, 20)]


def test_too_few_and_too_similar_variants_are_named(faults_with):
    one = "Thank you! Words like these make the whole crew smile."
    other = "How kind of you to say so. We'll pass it on to the people who earned it."
    [(place, message)] = faults_with(other, one.replace("crew", "team"))
    assert (place, message.partition(";")[0]) == ("responses[5].texts.en[1]", "reads almost like [0]")


def test_two_variants_are_too_few_for_an_automatic_text(shipped):
    start = shipped.index('    "How kind of you to say so.')
    end = shipped.index('    "That is lovely to read')
    with pytest.raises(PolicyFaults, match=r"texts\.en: needs at least 3 variants as it is sent automatically, has 2"):
        parse(shipped[:start] + shipped[end:])


def test_a_language_of_the_brand_without_texts_is_named(faults_with):
    found = faults_with('languages = ["en", "de", "es", "fr", "da"]  #', 'languages = ["en", "sv"]  #')
    assert ("responses[0].texts", "has no 'sv', a language of the brand") in found
    assert ("acknowledgement.label", "has no 'sv', a language of the brand") in found


def test_faults_carry_the_line_of_their_key(shipped):
    broken = shipped.replace("posts_per_15_minutes = 60", "posts_per_15_minutes = 600")
    with pytest.raises(PolicyFaults) as caught:
        parse(broken)
    [fault] = caught.value.faults
    assert broken.splitlines()[fault.line - 1].startswith("posts_per_15_minutes")


def test_lists_of_tables_are_counted_from_0_and_tables_within_belong_to_the_last():
    text = '[[teams]]\nname = "a"\n[teams.targets]\nP1 = {}\n\n[[teams]] # second\n[teams.targets."P1"]\n  x=1\n'
    assert lines_of_places(text) == {
        "teams[0]": 1,
        "teams[0].name": 2,
        "teams[0].targets": 3,
        "teams[0].targets.P1": 4,
        "teams[1]": 6,
        "teams[1].targets.P1": 7,
        "teams[1].targets.P1.x": 8,
    }


def test_all_faults_are_told_at_once(shipped):
    broken = shipped
    for old, new in (
        ('default_team = "care"', 'default_team = "car"'),
        ('name = "PebblewingHelp"', 'name = "Pebble Wing Help"'),
        ("daily_reads = 500", ""),
        ('"Got your baggage question.', '"Dear @customer.'),
        ("max_exclamation_marks = 1", "max_exclamation_mark = 1"),
    ):
        broken = broken.replace(old, new, 1)
    with pytest.raises(PolicyFaults) as caught:
        parse(broken)
    places = [fault.place for fault in caught.value.faults]
    assert places == [
        "brand.default_team",
        "handles[0].name",
        "searches[1].daily_reads",
        "responses[1].texts.en[0]",
        "voice.max_exclamation_marks",
        "voice.max_exclamation_mark",
    ]


@st.composite
def edits(draw):
    """A walk from the top of the policy and what is put there; None takes it out."""
    steps = draw(st.lists(st.integers(0, 30), min_size=1, max_size=5))
    junk = st.one_of(
        st.none(), st.booleans(), st.integers(-5, 5000), st.floats(allow_nan=False), st.text(max_size=8), st.just([]),
        st.just({}), st.just([{}]), st.just({"en": ["x"]}), st.just(["care"]), st.just("{opens} {x} @me {"),
    )  # fmt: skip
    return steps, draw(junk)


def _edited(raw, steps, junk):
    node = raw
    for depth, step in enumerate(steps):
        names = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not names:
            return
        name = names[step % len(names)]
        if depth == len(steps) - 1 or not isinstance(node[name], dict | list):
            if junk is None:
                del node[name]
            else:
                node[name] = junk
            return
        node = node[name]


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(st.lists(edits(), min_size=1, max_size=4))
def test_whatever_is_in_a_policy_it_is_a_policy_or_has_faults(shipped, changes):
    raw = deepcopy(tomllib.loads(shipped))
    for steps, junk in changes:
        _edited(raw, steps, junk)
    faults = Faults()
    values = POLICY.read(raw, "", faults)
    check(values, faults)
    if not faults:
        assert _policy(values, "").teams


def test_the_word_lists_of_the_policy_are_those_the_desk_knows(policy):
    assert set(policy.words.lists) == set(WORD_LISTS)
    for name in WORD_LISTS:
        for language in ("en", "de", "es", "fr", "da", "pt", "it"):
            assert len(policy.words.lists[name].get(language, ())) >= 7, (name, language)
