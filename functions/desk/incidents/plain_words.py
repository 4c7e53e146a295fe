"""Words that no incident is named by: articles, pronouns, courtesies, and the plain anger that stands in any complaint.

Of three letters and more, case-folded, in the languages of the shipped policy; picked by hand. It decides nothing.
"""

from __future__ import annotations

from functools import cache

_ENGLISH = """
about absolutely after again all already also always amp and annoying another any anyone are aren't asap awful back bad
because been before being best but can can't cannot come could couldn't customer day days did didn't disgrace
disgraceful does doesn't doing don't done ever every everyone fix for from frustrating furious get getting give going
gone good got great guys had has hasn't have haven't hello help her here hey him his horrible hour hours how i'd i'll
i'm i've into isn't it's its joke just know last let like long look make many may maybe minutes more most much must
need never new next not nothing now off one only other our out over pathetic people please really ridiculous rubbish
same say says see seriously service shambles shame she should since some someone sorry still such support take tell
terrible than thank thanks that that's the their them then there these they thing things think this those time today
tomorrow tonight too trying two unacceptable until use useless using very wait waiting want was wasn't way week well
went were what what's when where which while who why will with without won't work worst would wouldn't wtf yes
yesterday yet you you're your yours
"""
_GERMAN = """
aber alle alles als also am auch auf aus bei beim bin bis bitte bitten danke dann das dass dein dem den denn der des
die dies diese dieser doch dort durch ein eine einem einen einer endlich erst euch euer eure frechheit furchtbar für
ganz gar geht gerade habe haben hallo hat hatte heute hier hilfe ich ihnen ihr immer ins ist jetzt kann katastrophe
kein keine keinen können könnt lächerlich mal man mehr mein meine meinen meiner mich mir mit muss nach nicht nichts nie
noch nun nur oder ohne peinlich schlecht schon sehr seid sein seit sich sie sind soll tag traurig und unfassbar
unglaublich unmöglich uns unser unverschämt vom von vor war warum was weil wenn wer wie wieder wir wird wo zum zur über
"""
_FRENCH = """
alors aussi autre avec avez avoir bien bon bonjour c'est car ceci cela ces comme dans depuis des donc elle encore est
et faire fait heure heures hier honte honteux ici ils inacceptable inadmissible incroyable j'ai jamais jour jours les
leur lui mais merci mes moi mon même n'est nos notre nous nul par pas peut plus pour pourquoi quand que quel quelle qui
ridicule rien s'il sans scandaleux ses son sont suis sur svp toujours tous tout toute très une vos votre vous être
"""
_SPANISH = """
ahora algo alguien ante antes aquí así ayer ayuda aún bien buenas buenos cada como con cuando cuándo cómo del desde
donde dos día días ella ellos entre era esa ese eso esta estar este esto estoy está están favor fue gracias hace hacer
hasta hay hola horas horrible hoy inaceptable increíble lamentable las les los mis mucho muy más nada nadie nos nunca
otra otro para pero poder por porque puede puedo pésimo que quien qué ridículo sea ser sigue sin sobre solo son soy sus
también tan tengo tiene todo todos una uno usted vergonzoso vergüenza vez ya
"""
_ITALIAN = """
adesso alla alle anche ancora avete bene buongiorno che chi ciao come con cosa così dal dalla dalle degli dei del della
delle dopo dove ecco era ero essere fare fatto giorni giorno gli grazie hanno ieri inaccettabile incredibile loro mai
mia mio molto nei nel nella niente noi non nostro nulla oggi ogni ore per perché però pessimo più poi prego prima può
qualcuno quando quanto quella quello questa questo qui ridicolo salve scandaloso sempre senza sia siamo siete solo sono
sta stato sua sul suo tra tutti tutto una uno vergogna vergognoso voi
"""
_PORTUGUESE = """
agora ainda ajuda algum alguém antes aqui assim até bem boa bom cada com como das depois dia dias dos ela ele eles
entre era essa esse esta este estou está estão eu favor fazer foi hoje horas inaceitável isso isto lamentável mais mas
mesmo meu minha muito nada nas nem ninguém nos nossa nosso não obrigada obrigado olá onde ontem para pela pelo pode por
porque péssimo qual quando que quem ridículo sem sempre ser seu seus sobre sua só também tem tenho ter tudo uma vai
vergonha vergonhoso você vocês vou
"""
_DANISH = """
aldrig alle alt altid andre bare blev blive bliver dag dage den der deres det dette dig din dit dog efter elendig eller
end endnu ene for fordi forfærdelig fra før gang gerne god har havde hej her hjælp hun hvad hvem hvis hvor hvorfor igen
ikke ind ingen jeg jer kan kom kommer kun latterlig man mange med meget men mens mere mig min mine mit nej nogen noget
når også over pinligt samme selv ses siden sin skal skandale skuffende små som stadig tak til timer uacceptabelt ude
under utroligt var ved vil vores være været
"""


@cache
def plain_words() -> frozenset[str]:
    """Give the words, case-folded."""
    texts = (_ENGLISH, _GERMAN, _FRENCH, _SPANISH, _ITALIAN, _PORTUGUESE, _DANISH)
    return frozenset(word.casefold() for text in texts for word in text.split())
