"""Plain posts that the desk must judge right, in seven languages: each shows one rule, none is hard.

Each line: X's language code, the text, category, priority, team. What is hard, and how often the desk is right at all,
is measured on the posts of `tests/judged`; where the two should ever differ, those are right. MISSED is one that the
desk gets wrong today, kept so that nobody takes this table for a proof, and so that a better desk has to say so.
"""

from desk.policy.model import Category, Priority

C, P = Category, Priority

JUDGED = [
    # English
    ("en", "@PebblewingHelp great job losing my bag", C.COMPLAINT, P.P2, "care"),
    ("en", "@PebblewingHelp what time does check-in open for Lisbon", C.QUESTION, P.P3, "care"),
    ("en", "@PebblewingHelp the app stops working after the login", C.PROBLEM, P.P3, "technical"),
    ("en", "@PebblewingHelp my suitcase never arrived in Rome and nobody answers the phone", C.COMPLAINT, P.P2, "care"),
    ("en", "@PebblewingHelp Worst airline ever. Rude staff, no response for a week.", C.COMPLAINT, P.P2, "care"),
    ("en", "@PebblewingHelp there is smoke in the cabin of PB204, we are still on the tarmac", C.PROBLEM, P.P1, "care"),
    (
        "en",
        "@PebblewingHelp flight cancelled and we are at the gate, please rebook us right now",
        C.PROBLEM,
        P.P1,
        "care",
    ),
    ("en", "@PebblewingHelp the app crashes every time I open my boarding pass", C.PROBLEM, P.P3, "technical"),
    ("en", "@PebblewingHelp How do I add a bag to my booking?", C.QUESTION, P.P3, "care"),
    ("en", "@PebblewingHelp could you please send me the receipt for my seat upgrade", C.REQUEST, P.P3, "care"),
    ("en", "@Pebblewing the crew on PB88 to Oslo was fantastic, they made my day 💙", C.PRAISE, P.P4, "care"),
    ("en", "@Pebblewing Thanks for nothing. Three hours late and not even a voucher.", C.COMPLAINT, P.P2, "care"),
    ("en", "@Pebblewing we are looking to book 12 seats to Porto, any deals?", C.SALES_LEAD, P.P3, "sales"),
    ("en", "@Pebblewing free followers here, click the link and make money from home", C.SPAM, P.P4, "care"),
    ("en", "@Pebblewing you clowns", C.TROLL, P.P4, "care"),
    ("en", "@PebblewingHelp you clowns cancelled my flight twice", C.COMPLAINT, P.P2, "care"),
    ("en", "Skylark Jet lost my bag again, never flying with them", C.COMPETITOR, P.P4, "care"),
    ("en", "Skylark Jet is bad but Pebblewing is the worst", C.COMPLAINT, P.P2, "care"),
    ("en", "@PebblewingHelp it would be great if the app had a dark mode", C.FEEDBACK, P.P4, "care"),
    ("en", "@PebblewingHelp Not impressed with the new seats.", C.COMPLAINT, P.P2, "care"),
    ("en", "@PebblewingHelp was charged twice, 240 EUR, I want my money back", C.COMPLAINT, P.P2, "care"),
    ("en", "@PebblewingHelp third time I ask: where is my refund?", C.COMPLAINT, P.P2, "care"),
    ("en", "Pebblewing landed on time. That is the tweet.", C.CHATTER, P.P4, "care"),
    ("en", "@Pebblewing can't wait to fly with you to Bergen!", C.PRAISE, P.P4, "care"),
    ("en", "@PebblewingHelp No problem at all, boarding was quick, great job", C.PRAISE, P.P4, "care"),
    ("en", "@Pebblewing a penguin walks into a bar... just kidding", C.JOKE, P.P4, "care"),
    ("en", "@PebblewingHelp can I still get a refund for tonight? It is urgent", C.QUESTION, P.P1, "care"),
    ("en", "@PebblewingHelp my suitcase never arrived in Rome", C.PROBLEM, P.P3, "care"),
    ("en", "@PebblewingHelp our train leaves in 12 minutes and the code won't load", C.PROBLEM, P.P1, "care"),
    ("en", "@PebblewingHelp where is the bus? we are at the stop and it is cold", C.QUESTION, P.P1, "care"),
    ("en", "@PebblewingHelp the driver of the airport bus is texting", C.PROBLEM, P.P1, "care"),
    ("en", "@Pebblewing we are 25 people for a wedding in June, can you do that?", C.SALES_LEAD, P.P3, "sales"),
    ("en", "@Pebblewing thinking of getting your annual pass. worth it?", C.SALES_LEAD, P.P3, "sales"),
    ("en", "@Pebblewing congratulations, you cancelled my flight again", C.COMPLAINT, P.P2, "care"),
    ("en", "@Pebblewing thanks for the 4 hours on a cold floor", C.COMPLAINT, P.P2, "care"),
    ("en", "@Pebblewing small idea: show the gate in the calendar entry", C.FEEDBACK, P.P4, "care"),
    (
        "en",
        "@Pebblewing we earn $900 a day, inbox me, only today 💸 forget about delayed flights",
        C.SPAM,
        P.P4,
        "care",
    ),
    ("en", "RT @NorthernNoon: Pebblewing fined for delays", C.RETWEET, P.P4, "care"),
    # German
    ("de", "@PebblewingHelp mein Koffer ist verschwunden und die Hotline geht nicht ran", C.COMPLAINT, P.P2, "care"),
    (
        "de",
        "@PebblewingHelp Unverschämtheit! Seit drei Wochen keine Antwort auf meine Beschwerde.",
        C.COMPLAINT,
        P.P2,
        "care",
    ),
    (
        "de",
        "@PebblewingHelp Flug gestrichen, wir sitzen fest am Flughafen, bitte dringend Hilfe",
        C.PROBLEM,
        P.P1,
        "care",
    ),
    ("de", "@PebblewingHelp Wie viel Handgepäck darf ich mitnehmen?", C.QUESTION, P.P3, "care"),
    ("de", "@PebblewingHelp die App stürzt ab, wenn ich einchecken will", C.PROBLEM, P.P3, "technical"),
    ("de", "@Pebblewing Großes Lob an die Crew von gestern, sehr freundlich!", C.PRAISE, P.P4, "care"),
    ("de", "@Pebblewing Wir planen eine Reise nach Porto, was kosten Flüge für vier?", C.SALES_LEAD, P.P3, "sales"),
    ("de", "@PebblewingHelp Könnt ihr meinen Namen auf dem Ticket ändern?", C.REQUEST, P.P3, "care"),
    ("de", "@PebblewingHelp Es brennt nicht, aber es riecht nach Brandgeruch in Reihe 4", C.PROBLEM, P.P1, "care"),
    ("de", "@Pebblewing Kein Problem mit dem Check-in, weiter so", C.PRAISE, P.P4, "care"),
    # Spanish
    ("es", "@PebblewingHelp perdieron mi maleta y nadie responde", C.COMPLAINT, P.P2, "care"),
    ("es", "@PebblewingHelp ¿cuánto cuesta cambiar el asiento?", C.QUESTION, P.P3, "care"),
    ("es", "@PebblewingHelp vuelo cancelado, estamos en el aeropuerto, ayuda ya", C.PROBLEM, P.P1, "care"),
    ("es", "@Pebblewing me encantó el vuelo, muy amables todos", C.PRAISE, P.P4, "care"),
    ("es", "@PebblewingHelp necesito la factura de mi reserva por favor", C.REQUEST, P.P3, "care"),
    ("es", "@Pebblewing gana dinero desde casa, enlace en la bio", C.SPAM, P.P4, "care"),
    # French
    ("fr", "@PebblewingHelp ma valise est perdue depuis lundi", C.PROBLEM, P.P2, "care"),
    ("fr", "@PebblewingHelp c'est inadmissible, plus jamais avec vous", C.COMPLAINT, P.P2, "care"),
    ("fr", "@PebblewingHelp est-ce que je peux emporter une poussette ?", C.QUESTION, P.P3, "care"),
    ("fr", "@Pebblewing bravo à l'équipage, vol parfait", C.PRAISE, P.P4, "care"),
    ("fr", "@Pebblewing je voudrais réserver un voyage de groupe pour 20 personnes", C.SALES_LEAD, P.P3, "sales"),
    ("fr", "@PebblewingHelp l'appli ne marche pas, impossible de payer", C.PROBLEM, P.P3, "technical"),
    # Portuguese
    ("pt", "@PebblewingHelp minha mala foi danificada no voo de ontem", C.PROBLEM, P.P3, "care"),
    ("pt", "@Pebblewing parabéns pelo ótimo serviço", C.PRAISE, P.P4, "care"),
    ("pt", "@PebblewingHelp que vergonha, péssimo atendimento", C.COMPLAINT, P.P2, "care"),
    # Italian
    ("it", "@PebblewingHelp il volo è in ritardo di cinque ore", C.PROBLEM, P.P2, "care"),
    ("it", "@PebblewingHelp quanto costa un bagaglio in più?", C.QUESTION, P.P3, "care"),
    ("it", "@Pebblewing complimenti, equipaggio molto gentile", C.PRAISE, P.P4, "care"),
    # Danish
    ("da", "@PebblewingHelp min kuffert er væk, og ingen svarer", C.COMPLAINT, P.P2, "care"),
    ("da", "@PebblewingHelp hvornår åbner check-in til Bergen", C.QUESTION, P.P3, "care"),
    ("da", "@Pebblewing stor ros til besætningen, så søde", C.PRAISE, P.P4, "care"),
    ("da", "@PebblewingHelp flyet er aflyst, vi er i lufthavnen og skal hjem i aften", C.PROBLEM, P.P1, "care"),
    # No language told
    ("und", "@PebblewingHelp 👏👏👏", C.PRAISE, P.P4, "care"),
    ("und", "@PebblewingHelp Wie viel Gepäck darf ich nach Oslo mitnehmen", C.QUESTION, P.P3, "care"),
    ("qme", "@PebblewingHelp", C.CHATTER, P.P4, "care"),
]

MISSED = [
    ("nl", "@PebblewingHelp mijn koffer is weg", C.PROBLEM, P.P2, "care"),
]
