"""Common words that no misspelling of a term may equal, or its search would read half of X. It decides nothing.

Words of five letters and more, without accents, in the seven languages of the shipped policy: those of everyday
posts, picked by hand. A word that is missing here can be put into a search's `exclude`.
"""

from __future__ import annotations

from functools import cache

_ENGLISH = """
about above across actor after again against agent agree ahead alone along already although always among amount
angle angry animal answer apart apple apply april arena argue arise around arrive aside audio august avoid award
aware awful badly baker balance basic basis beach beans beard beast because become before begin behind being below
bench better between beyond billion birth black blame blank blind block blood blown board boost booth border bottom
bound brain brake brand brave bread break breed brick bride brief bring broad broke brother brown brush build bunch
burst buyer cabin cable candle candy carry catch cause center chain chair chance change charge charm chart chase
cheap cheat check cheer chest chief child choice church circle civil claim class clean clear clever click climb
clock close cloth cloud coach coast coffee color comet common cookie could count country couple course court cover
craft crash crazy cream crime cross crowd crown cruel cycle daily dance danger death delay delta dirty doctor double
doubt dozen draft drama dream dress drink drive driver early earth eight either empty enemy enjoy enter equal error
event every exact exist extra faith false family famous father fault favor fever field fifth fight final finger
first fixed flash fleet flesh flight float flood floor flour fluid focus force forest forget forth forty found frame
fresh friend front fruit fully funny future garden ghost giant given glass globe going grace grade grand grant grass
great green group guard guess guest guide habit happy heart heavy hello honey honor horse hotel house human humor
ideal image index inner input issue japan jelly joint judge juice knife known label labor large later laugh layer
leader learn least leave legal lemon letter level light limit little local logic loose lover lower lucky lunch lying
magic major maker march market match matter maybe mayor medal media metal middle might minor minute mixed model
money month moral mother motor mount mouse mouth movie music nasty naval never night noble noise north novel nurse
ocean offer often order other ought owner paint panel panic paper party patch pause peace pearl people pepper phone
photo piano piece pilot pitch place plain plane plant plate please point pound power press price pride prime print
prize proof proud prove public queen quick quiet quite radio raise range rapid ratio reach ready really refer reply
right river robot rough round route royal rural salad sauce scale scene school scope score second sense serve seven
shade shake shall shape share sharp sheet shelf shell shift shine shirt shock shoot short should shown sight silly
silver simple since sister sixth skill sleep slide small smart smile smoke snake solid solve sorry sound south space
spare speak speed spend spice spirit split sport spring staff stage stair stand start state steam steel steep stick
still stock stone store storm story street strong study stuff style sugar summer sunny super sweet swing table taken
taste teach thank their there these thick thing think third those three throw tiger tight times tired title today
token topic total touch tough tower track trade train treat trend trial tribe trick truck truly trust truth twice
uncle under union until upper upset urban usage usual valid value video virus visit vital voice waste watch water
wedding weird whale wheel where which while white whole whose window winter woman world worry worse worst worth
would write wrong yellow young youth zebra
"""

_GERMAN = """
abend alles alter andere anders angst antwort apfel arbeit augen bauch beide beine beispiel berge beruf besser
besten bilder bisher bitte blick blume boden brauchen brief bringen bruder bunte dabei dafur daher damals damit
danach danke daran darauf daraus darin darum davon decke denken deshalb deutsch dicht diese dinge direkt durch ehren
eigen eimer einfach einige einmal eltern endlich engel enkel erste essen etwas fahren fahrt falsch familie farbe
fehler feier feind fenster ferien fertig feuer finden finger fisch flach flasche fleisch fliegen flucht flugel
flughafen fluss folge frage freitag freude freund frieden frisch fuhren ganze garten geben gegen gehen geist genau
genug gerade gestern gesund glauben gleich glocke gluck grosse grund gruppe haben halten haupt heimat heiss helfen
herbst heute hilfe himmel hinter hoffen holen hotel hunger immer innen insel jahre jeder jemand jetzt jugend junge
kaffee kalte kampf karte kaufen keine kennen kette kinder kirche klasse kleid klein knabe kommen konnen korper kraft
krank krieg kuche kunst kurze lachen laden lampe lange langsam laufen leben lehrer leicht leider lesen letzte leute
licht liebe lieder liegen links loffel losung machen magen manche markt maschine meinen meist mensch messer milch
minute mittag mitte monat montag morgen mutter nacht natur neben nehmen nicht nichts niemals norden nummer offen
onkel orange ordnung papier partei pferd pflanze platz plotzlich preis presse punkt rasen raten rechts reden regen
reich reise richtig sache sagen samstag schaf schatz schicht schiff schlaf schlag schlecht schloss schnee schnell
schon schritt schuh schule schwarz schwer sehen seite selten setzen sicher singen sommer sonne sonntag sorge spass
sport sprache stadt stark statt stehen stein stelle stern stimme stock strasse stuck stuhl stunde suchen suden
sussen tante tasche tausend teuer tiere tisch tochter tragen treppe trinken trocken uhren unten unter urlaub vater
vergessen verkehr vogel vorher vorne wagen warten warum wasser wechsel wegen weihnacht weise weiss welche welle
wenig werden wetter wichtig wieder wiese winter wirklich wissen woche wohnen wolle wunsch zeigen zeitung ziehen
zimmer zucker zukunft zuletzt zuruck zusammen zweite zwischen
"""

_FRENCH = """
abord accord acheter adieu affaire agent aider aimer ainsi ajouter aller alors amour ancien animal annee apres
argent armee arret arriver assez attendre aucun aujourd autant autre avance avant avenir avion avoir balle banque
beaucoup belle besoin bientot blanc bleue boire boite bonheur bonjour bonne bouche bouger bruit bureau cabine cadeau
calme carte cause celle celui centre cesse chacun chaine chaise chambre champ chance changer chanson chant chaque
charge chaud chemin chercher cheval cheveux chien chose clair classe client coeur combien comme comment compte
connaitre conseil contre corps couleur courage cours court couvert crier croire cuisine danger danse debout debut
dedans dehors demain demander depuis dernier derriere dessus devant devenir devoir docteur doigt donner dormir doute
droit ecole ecouter ecrire effet eglise encore enfant enfin ensemble ensuite entendre entre entrer envie erreur
espace esprit etage etoile exemple facile facon faire famille faute femme fenetre ferme feuille fille finir fleur
force foret forme foule frere froid front fruit garcon garde gauche glace grace grand groupe guerre habit herbe
heure heureux hiver homme hotel humain image jamais jambe jardin jeter jeune jouer journal jusque juste laisser
langue large lettre lever libre ligne livre lorsque lourd lumiere madame magasin maintenant maison maitre malade
malgre manger manquer marche matin mauvais meilleur merci mettre mieux milieu mille minute moins moment monde
monsieur montagne montrer morceau mourir musique nature neige nombre notre nouveau objet obtenir odeur oiseau ombre
oncle ordre oreille oublier ouvrir papier parce parfois parler parole partie partir passer patron pauvre payer peine
pendant penser perdre personne petit peuple photo phrase piece pierre place plage plaisir plein pleurer pluie plutot
poche point porte poser possible pouvoir premier prendre presque prochain quand quatre quelque question quitter
raison regard rendre rentrer reste retour retrouver riche rouge route salle savoir second semaine sembler sentir
siecle signe simple soeur soleil sombre somme sortir souvent sucre suite suivre sujet table tante temps tenir terre
tirer tomber toujours train travail traverser trois trouver unique valise vendre venir verite verre veste viande
vieux village ville vingt visage vivre voici voiture votre vouloir voyage
"""

_SPANISH = """
abajo abrir abuela acabar aceite acerca adelante ademas adios agosto ahora alguien alguno amarillo amiga amigo ancho
animal antes apenas aquel aquello arbol arena arriba arroz asiento aunque avion ayuda baile bajar banco barco barrio
bastante beber bebida blanco bolsa bonito brazo bueno buscar caballo cabeza cabina calle calor cambio camino camisa
campo cansado cantar carne carta causa celda centro cerca cerrar cielo cinco ciudad claro clase cliente coche cocina
coger color comer comida comienzo compra comun conmigo conocer contar contra creer cuadro cuando cuanto cuarto
cuatro cuenta cuerpo cuidado culpa deber debil decir dejar delante dentro derecho desde despues detras diario dicho
diente dinero doble dolor donde dormir ejemplo ellos empezar encima encontrar enero enfermo entonces entrar entre
equipo error escribir escuela espacio espejo esperar estado estar estrella facil falta familia favor fecha feliz
fiesta final fondo forma frente fresco fruta fuego fuera fuerte gente golpe gordo gracias grande grupo guerra gusto
haber hablar hacer hacia hambre hasta hecho hermano hogar hombre huevo iglesia igual jamas jardin joven juego jueves
jugar junto largo leche lechuga lejos lengua lento letra libre libro limpio linea llamar llegar llevar lluvia lugar
lunes madre maestro manana maquina marca martes marzo mayor medio mejor menos mente meses metro miedo miembro
mientras mirar mismo mitad momento monte motor mover mucho mujer mundo museo musica nacer nadie naranja nariz negro
nieve noche nombre norte nosotros noticia nueve nuevo nunca olvidar orden oreja otono padre pagar palabra papel
parar parece pared parte pasar patio pedir pensar pequeno perder perdon perro persona pesar piedra pierna planta
plato playa plaza pobre poder pollo poner porque precio pregunta primer primo pronto prueba pueblo puente puerta
punto quedar querer queso quien quince quiza radio razon recibir reloj resto rodilla ruido saber sacar salir salud
sangre secreto seguir segun segundo semana senor sentir sequia serie siempre siete siglo silla simple sitio sobre
sombra sonrisa subir sucio suelo sueno suerte tabla tamano tambien tampoco tanto tarde techo temprano tener tercero
tiempo tienda tierra tocar todavia tomar trabajo traer traje treinta triste ultimo unico vacio valle vamos varios
vecino veinte vender venir ventana verano verdad verde viaje viejo viento viernes visita vivir volver vuelo vuelta
zapato
"""

_ITALIAN = """
abito acqua adesso aereo agosto aiuto albero alcuni allora altro amare amico amore anche ancora andare anima appena
aprire arrivo aspetto assai attimo avanti avere bagno ballo bambino banca basso bello bianco bisogno bocca braccio
bravo breve brutto buono caffe calcio caldo cambio camera camicia campo capello capire carne carta causa cavallo
cento centro cercare certo chiaro chiave chiesa chiudere cielo cinque citta classe colore colpa colpo comune conto
contro coppia corpo corsa corso corto costa credere cucina cuore davanti davvero debole dentro destra dieci dietro
difficile diritto diverso dolce dolore domani donna dormire dovere dubbio dunque durante entrare errore esempio
essere estate fabbrica faccia facile famiglia fatto favore felice ferro festa fiducia figlia figlio finale finestra
fiore fiume foglia fondo forma forse forte forza fratello freddo fresco fronte frutta fuoco fuori gamba gatto gente
giallo giardino giocare gioia giorno giovane giusto governo grande grazie grigio grosso gruppo guardare guerra gusto
inizio inverno isola largo lasciare latte lavoro legge leggere legno lento lettera letto libero libro linea lingua
lontano lotta lungo luogo macchina madre maggio magro mamma mancare marito mattina medico meglio memoria mente
mentre mercato messa mettere mezzo mille minuto moglie molto momento mondo monte morte mostra motivo muovere museo
musica nascere natale natura neanche nemico nessuno niente nonna nonno nostro notte nulla numero nuovo occhio ombra
opera ordine orecchio paese pagare pagina parete parlare parola parte partire passo patria paura pelle penna pensare
perche perdere persona pesce petto pezzo piacere piano piazza piccolo piede pieno pietra pioggia polizia ponte
popolo porta portare posto potere povero prato prendere presto prezzo prima primo pronto prova punto quale quando
quanto quasi quattro quello questo quindi ragazzo ragione ricco ridere rispetto rosso rumore sabato salute sangue
santo sapere scala scarpa scena scopo scuola sedia segno seguire sempre senso sentire senza sette sicuro silenzio
simile sinistra soldi solito sonno sopra sorella sotto spalla spazio specchio spesso spirito sposa stagione stanco
stanza stare stato stella stesso storia strada strano studio subito successo suono tanto tardi tavola tempo tenere
terra terzo testa tetto titolo toccare tornare torre treno triste troppo trovare tutto uscire vacanza valle vecchio
vedere vendere venire vento verde verita verso veste viaggio vicino vivere volere volta vostro vuoto zucchero
"""

_PORTUGUESE = """
abrir acabar achar agora ajuda alguem algum amanha amarelo amigo antes apenas aquele areia arroz assim assunto atras
aviao baixo banco barato barco bastante beber beleza bolsa bonito braco branco brasil buscar cabeca cabelo caixa
calor caminho camisa campo canto capaz carne carro carta causa cavalo centro certo chamar chave chegar cheio chuva
cidade cinco claro classe coisa colega comer comida compra comum conta contra corpo correr cozinha crianca cuidado
debaixo deixar dentro depois desde dever diante dinheiro direito dizer doente domingo dormir duvida embora emprego
encontro ensino entao entrar entre errado escola escrever esperar esposa esquerda estado estar estrada estrela
exemplo facil falar falta familia fazer feira feliz festa ficar filha filho filme final folha forca forma forte
frase frente fruta futuro ganhar garoto gente gosto governo grande grupo guerra homem hotel igreja igual inverno
irmao janela jantar jardim jogar jornal jovem junto largo leite lembrar lento letra levar limpo linda lindo lingua
livre livro longe lugar maior mandar manha maquina marido medico melhor menina menino menos mente mercado mesmo
metade minha minuto moeda momento montanha morar morte mostrar motor mudar muito mulher mundo musica nariz natal
ninguem noite norte nosso nunca olhar ombro ontem ordem outro pagar palavra papel parar parede parte partir passar
passo pedir pedra pegar peixe pensar pequeno perder perfeito pergunta perna perto pesado pessoa pobre poder ponte
ponto porque porta posto pouco praca praia prato preciso preco preto primeiro problema pronto prova quadro quando
quanto quarto quase quatro queijo quente querer quinze radio rapaz rapido razao receber resposta resto rosto roupa
saber samba sangue saude segundo semana sempre senhor sentir simples sobre sonho sorte talvez tambem tanto tarde
telefone tempo tentar terceiro terra tirar tocar tomar trabalho trazer triste ultimo unico valor vamos varios vazio
velho vender vento verao verdade verde vermelho viagem vinho vinte visita viver volta voltar vontade
"""

_DANISH = """
aften alder aldrig alene allerede altid anden andre arbejde august bager bagside bakke balance bange bedre bedste
begge begynde bevare billede billet billig biograf bjerg blandt blive blomst bluse bring bringe broder bruge bryst
burde butik bygge bytte dansk datter deres derfor desværre dette direkte dreng drikke efter ekstra eller elske endda
endelig endnu engang ensom enten familie fandt farlig farve ferie finde finger fjern flere flest flyet flytte flyve
foran forar forbi fordi forhold fornuft forskel forst forstar forste fortid fremtid frisk frokost frugt fylde gammel
ganske garden gensyn gerne glemme granse grine grund gruppe handle havde hedde heldig hellere helst hende herre
himmel hinanden historie hjerte hjælp hoved hurtig huset huske hverdag hvilke hvordan hvorfor imens inden indtil
ingen intet jeres kaffe kalde kande kasse kende kigge kirke klasse klippe klokke komme konge kraft krone kunne
kvinde kysse kærlig langs langt leder ligge ligne lille linje livet lofte lukke lykke lytte manden maned mange
marked marts maske mellem mener menneske mindre minut moder monster morgen mulig musik natten netop nogen noget
nogle normal nummer nyhed næste næsten omkring onkel orden ordet osten papir parat passe penge person plads plante
politi prins problem prove punkt regne rejse resten retning rigtig rolig rulle ryste række sagde samme sammen santa
satte senere sidde sidste siger sikker sikre simpel skole skrive skulle skyld slags smage smile snakke snart solgt
sommer spille spise sprog spurgt stadig start steder stemme stille stjerne stoppe storre straks strand streng stykke
stærk sulten svare svomme synes synge sætte taber tabte takke tanke tegne telefon tiden tidlig tidspunkt tirsdag
tjene torsdag tredje trist trods tusind tydelig under usund vante vegne vejen vende venlig venstre vente verden
video vigtig ville vinde vinter virke voksen vores vælge værelse ændre ønske
"""


@cache
def common_words() -> frozenset[str]:
    """Give the words in small letters, without accents."""
    texts = (_ENGLISH, _GERMAN, _FRENCH, _SPANISH, _ITALIAN, _PORTUGUESE, _DANISH)
    return frozenset(word for text in texts for word in text.split())
