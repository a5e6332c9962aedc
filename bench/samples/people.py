"""Who and where: names of the world, companies that sound like them, and postal addresses.

The names are common ones of each region, put together at random; nobody is meant.
"""

from __future__ import annotations

from random import Random

from bench.samples.draft import Maker, written

_FIRST: dict[str, str] = {
    "us": "Brandon Kayla Tyler Megan Dustin Heather Curtis Brittany Wesley Paige Trevor Shelby",
    "gb": "Nigel Imogen Alistair Gemma Rupert Freya Callum Poppy Graham Beatrix Elspeth Duncan",
    "ie": "Aoife Cillian Niamh Padraig Sinead Eoin Orla Ciaran Roisin Declan",
    "de": "Jürgen Heike Torsten Anke Uwe Sabine Dieter Birgit Matthias Gudrun Jannik Ulrike",
    "at": "Leopold Franziska Alois Hannelore Xaver Resi",
    "fr": "Benoît Mathilde Thibault Élodie Gaspard Capucine Loïc Maëlle Yannick Hélène Cédric",
    "es": "Álvaro Nerea Íñigo Lucía Gonzalo Rocío Joaquín Pilar Mateo Inés Raúl Begoña",
    "it": "Giancarlo Ornella Matteo Chiara Ettore Ginevra Salvatore Rosalba Fabrizio Loredana",
    "pt": "Gonçalo Inês Tiago Mafalda Vasco Leonor Rui Conceição",
    "br": "Thiago Larissa Caio Juliana Rodrigo Camila Wanderley Jussara Cauã Beatriz",
    "nl": "Joost Femke Bram Sanne Ruben Maaike Sjoerd Lotte Thijs Marieke",
    "se": "Björn Linnéa Gustav Ebba Håkan Saga Torbjörn Ingrid",
    "no": "Sindre Ragnhild Øyvind Solveig Torstein Astrid",
    "dk": "Søren Mette Rasmus Kirsten Mikkel Birgitte",
    "fi": "Juhani Aino Pekka Tuuli Ilkka Marjatta Väinö Sanni",
    "pl": "Grzegorz Małgorzata Paweł Katarzyna Zbigniew Jadwiga Łukasz Bożena",
    "cz": "Zdeněk Květa Ondřej Jitka Vojtěch Libuše",
    "hu": "Gergely Zsófia Attila Ildikó Balázs Réka",
    "ro": "Bogdan Ileana Răzvan Mihaela Costin Anca",
    "gr": "Stavros Eleni Dimitris Kalliope Vassilis Despina",
    "ru": "Dmitri Svetlana Yevgeny Ludmila Kirill Oksana Vadim Galina",
    "ua": "Taras Oleksandra Bohdan Zoryana Ostap Halyna",
    "rs": "Miloš Jelena Dragan Vesna Nemanja Ljiljana",
    "tr": "Emre Ayşe Burak Zeynep Serkan Elif Mehmet Gülşen",
    "ir": "Behrouz Shirin Kaveh Niloufar Farhad Parisa",
    "arab": "Khalid Fatima Youssef Layla Tariq Noura Mahmoud Hanan Bilal Rania",
    "il": "Yitzhak Shira Eitan Noa Avner Tamar",
    "in": "Rajesh Priyanka Sanjay Anjali Vikram Deepika Suresh Kavita Arvind Lakshmi Harpreet",
    "pk": "Imran Ayesha Usman Sadia Faisal Nadia",
    "bd": "Rafiqul Nasreen Shahidul Taslima",
    "lk": "Chaminda Dilani Nuwan Sanduni",
    "cn": "Xiaoming Meiling Jianguo Yanhong Zhiwei Lihua Guoqiang Xiuying",
    "tw": "Chih-Wei Ya-Ting Chun-Hung Shu-Fen",
    "jp": "Hiroshi Yumiko Takeshi Haruka Kenji Sakura Daichi Naoko",
    "kr": "Min-jun Seo-yeon Ji-hoon Ha-eun Sung-ho Eun-ji",
    "vn": "Quang Thuy Hung Phuong Duc Ngoc",
    "th": "Somchai Siriporn Anan Malee",
    "id": "Budi Siti Agus Dewi Bambang Ratna",
    "ph": "Jomar Maricel Reynaldo Analyn Rodel Liezl",
    "ng": "Chukwuemeka Adaeze Oluwaseun Folake Ifeanyi Ngozi Babatunde Yetunde",
    "gh": "Kwame Akosua Kofi Abena Yaw Efua",
    "ke": "Kamau Wanjiru Otieno Akinyi Mwangi Njeri",
    "et": "Tadesse Selamawit Haile Mekdes",
    "za": "Sipho Nomvula Thabo Zanele Pieter Annelize",
    "mx": "Alejandra Cuauhtémoc Guadalupe Ignacio Xóchitl Rigoberto",
    "ar": "Facundo Milagros Leandro Agustina Nahuel Florencia",
}
_LAST: dict[str, str] = {
    "us": "Hutchinson Caldwell Ramsey Whitaker Boone Stafford McKinney Delgado Pruitt Langley",
    "gb": "Ashworth Pemberton Thistlewood Fairclough MacGregor Hargreaves Llewellyn Winterbourne",
    "ie": "O'Sullivan Gallagher Fitzpatrick O'Dwyer McEnroe Hanrahan",
    "de": "Schäfer Großmann Vogelsang Kirchhoff Müller-Lüdenscheid Brandt Zimmermann Huber",
    "at": "Pichler Steinlechner Hofstätter Gruber",
    "fr": "Lefèvre Beaumont Chevallier d'Aubigné Rousseau Marchand Gauthier Le_Gall",
    "es": "Echeverría Navarro_Ruiz Domínguez Ibáñez García_Lorca Carrasco Peñalver Zubizarreta",
    "it": "Bianchi De_Santis Caruso Ferrante D'Angelo Lombardi Esposito Pellegrini",
    "pt": "Figueiredo Magalhães Nogueira Carvalho",
    "br": "Vasconcelos dos_Santos Cavalcanti Albuquerque da_Silva Moreira",
    "nl": "van_den_Berg de_Vries Hoekstra van_Dijk Kuipers Brouwer",
    "se": "Lindqvist Sjöberg Nyström Hallberg",
    "no": "Haugland Bjørnstad Kvamme",
    "dk": "Mortensen Kjærgaard Thorsen",
    "fi": "Virtanen Mäkinen Korhonen Lehtonen",
    "pl": "Kowalczyk Wiśniewska Szczepański Zieliński Dąbrowski",
    "cz": "Novotný Dvořáková Procházka",
    "hu": "Szabó Horváth Kovács",
    "ro": "Ionescu Popa Dumitrescu",
    "gr": "Papadopoulos Georgiou Konstantinidis",
    "ru": "Kuznetsov Volkova Sokolov Morozova",
    "ua": "Shevchuk Bondarenko Kovalenko",
    "rs": "Petrović Jovanović Stanković",
    "tr": "Yıldız Öztürk Demir Kaya",
    "ir": "Rostami Farahani Karimi",
    "arab": "Al-Rashid Haddad El-Masri Mansour bin_Saleh Khoury",
    "il": "Ben-David Mizrahi Shapira",
    "in": "Chatterjee Subramanian Deshpande Iyer Bhattacharya Nair Reddy Gill",
    "pk": "Qureshi Siddiqui Chaudhry",
    "bd": "Rahman Akhter Hossain",
    "lk": "Wickramasinghe Jayawardena",
    "cn": "Zhang Ouyang Huang Xu Zhou",
    "tw": "Hsieh Tsai Kuo",
    "jp": "Watanabe Kobayashi Fujimoto Shimizu",
    "kr": "Kim Jeong Choi Baek",
    "vn": "Nguyen Tran Pham",
    "th": "Chaiyaporn Wongsakul",
    "id": "Santoso Wijaya Hidayat",
    "ph": "Dela_Cruz Bautista Macaraeg",
    "ng": "Okonkwo Adeyemi Eze Balogun",
    "gh": "Mensah Owusu Boateng",
    "ke": "Kipchumba Odhiambo Kariuki",
    "et": "Bekele Tesfaye",
    "za": "Dlamini Nkosi van_der_Merwe Botha",
    "mx": "Villaseñor Hernández_López Zamora",
    "ar": "Fernández Bustos Aguirre",
}
REGIONS = tuple(_FIRST)
_FAMILY_FIRST = ("cn", "kr", "jp", "vn", "hu")
_TITLES = [
    "Mr.",
    "Mrs.",
    "Ms.",
    "Dr.",
    "Prof.",
    "Mr",
    "Mrs",
    "Dr",
    "Judge",
    "Sir",
    "Herr",
    "Frau",
    "Señora",
    "Monsieur",
    "Rev.",
]


def _parts(random: Random) -> tuple[str, str, str]:
    # Half of what is written in English is about people of the English-speaking countries.
    region = random.choice(("us", "gb", "us", "ie")) if random.random() < 0.4 else ""
    region = region or random.choice(REGIONS)
    first = random.choice(_FIRST[region].split())
    last = random.choice(_LAST[region].split()).replace("_", " ")
    return region, first, last


def full_name(random: Random) -> str:
    _, first, last = _parts(random)
    return f"{first} {last}"


def person(random: Random) -> str:
    """A name in a sentence: mostly first and last."""
    region, first, last = _parts(random)
    draw = random.random()
    if draw < 0.08:
        return f"{first} {random.choice('ABCDEFGHJKLMPRSTW')}. {last}"
    if draw < 0.12:
        return f"{first} {random.choice(_FIRST[region].split())} {last}"
    if draw < 0.16 and region in _FAMILY_FIRST:
        return f"{last} {first}"
    if draw < 0.24:
        return f"{random.choice(_TITLES)} \0{first} {last}"
    if draw < 0.30:
        return titled(random)
    return f"{first} {last}"


def first_name(random: Random) -> str:
    return _parts(random)[1]


def last_name(random: Random) -> str:
    return _parts(random)[2]


def titled(random: Random) -> str:
    return f"{random.choice(_TITLES)} \0{last_name(random)}"


def last_first(random: Random) -> str:
    _, first, last = _parts(random)
    return f"{last}, {first}"


def initials(random: Random) -> str:
    _, first, last = _parts(random)
    return f"{first[0]}. {last}"


def upper_name(random: Random) -> str:
    return full_name(random).upper()


def plain(text: str) -> str:
    """In ASCII letters, as a mailbox or a login would have it."""
    table = str.maketrans(
        "äöüßåøæéèêëáàâãíìîïóòôõúùûçñşŞğıİłŁńśżźćčřžšěýďťňőűăâțșãąęœØÉÁÍÖÜÓÚČŽŠ",
        "aousaoaeeeeaaaaiiiioooouuucnsSgiIlLnszzccrzseydtnouaatsaaeoOEAIOUOUCZS",
    )
    return "".join(each for each in text.translate(table) if each.isascii() and each.isalnum())


def login(random: Random) -> str:
    _, first, last = _parts(random)
    return f"{plain(first)[:1]}{plain(last)}".lower()


# -- companies, products and places that look like people ----------------------------------------

COMPANIES = (
    "Goldman Sachs", "Morgan Stanley", "Ernst & Young", "Harley-Davidson", "Johnson Controls",
    "Marks & Spencer", "Wells Fargo", "Baker Hughes", "Jack Daniel's", "Ben & Jerry's",
    "Hewlett Packard", "Procter & Gamble", "Abercrombie & Fitch", "Smith & Wesson", "JPMorgan",
    "Deutsche Bank", "Standard Chartered", "Red Hat", "Rolls-Royce", "General Mills",
)  # fmt: skip
PLACES = (
    "San Francisco", "St. Petersburg", "Santa Barbara", "Fort Wayne", "Jackson Hole",
    "Charlotte", "Austin", "Madison", "Victoria Station", "Lake Geneva", "Buenos Aires",
    "Sierra Leone", "Mount Everest", "Central Park", "Washington", "Georgia", "Jordan", "Chad",
)  # fmt: skip
PRODUCTS = (
    "Apache Spark", "Visual Studio", "Power Point", "Final Cut", "Amazon Alexa", "Google Gemini",
    "Microsoft Azure", "Grafana Loki", "Ruby on Rails", "Raspberry Pi", "Claude Code",
    "Adobe Illustrator", "Cherry Blossom", "Internet Explorer", "Ubuntu Server", "Jenkins",
)  # fmt: skip
PHRASES = (
    "Good Morning", "Project Manager", "Quarterly Report", "Terms and Conditions", "Happy Birthday",
    "Key Takeaways", "Next Steps", "New Year", "Customer Success", "Black Friday", "Supreme Court",
    "Vice President", "Human Resources", "Data Science", "Machine Learning", "Art Director",
)  # fmt: skip


def company(random: Random) -> str:
    """Half of them are called after somebody, as companies are."""
    if random.random() < 0.5:
        return random.choice(COMPANIES)
    word = random.choice(
        ["Northgate", "Bluewater", "Summit", "Ironwood", "Cobalt", "Meridian", "Lakeshore"]
    )
    trade = random.choice(["Logistics", "Partners", "Holdings", "Robotics", "Dental", "Foods"])
    return f"{word} {trade}"


# -- addresses ------------------------------------------------------------------------------------

_STREETS = "Maple Washington Chestnut Riverside Lincoln Hillcrest Juniper Sycamore Mill Church"
_KINDS = "St Street Ave Avenue Rd Road Blvd Lane Ln Drive Dr Court Way Place Terrace Parkway"
_US = (
    ("Springfield", "IL", "627"), ("Boulder", "CO", "803"), ("Tampa", "FL", "336"),
    ("Portland", "OR", "972"), ("Albany", "NY", "122"), ("El Paso", "TX", "799"),
    ("Des Moines", "IA", "503"), ("Raleigh", "NC", "276"), ("Oakland", "CA", "946"),
)  # fmt: skip
_GB = (("Leeds", "LS"), ("Bristol", "BS"), ("Norwich", "NR"), ("Cardiff", "CF"), ("Oxford", "OX"))
_DE = [
    "Lindenstraße",
    "Bahnhofstr.",
    "Goethestraße",
    "Am_Markt",
    "Hauptstraße",
    "Kirchweg",
    "Schillerplatz",
]
_FR = ("rue de la République", "avenue Victor Hugo", "boulevard Voltaire", "place du Marché")
_ES = ("Calle Mayor", "Avenida de la Constitución", "C/ Alcalá", "Paseo del Prado")
_IT = ("Via Garibaldi", "Corso Vittorio Emanuele", "Piazza San Marco", "Viale dei Mille")
_NL = ("Prinsengracht", "Kerkstraat", "Dorpsweg", "Laan van Meerdervoort")
_BR = ("Rua das Flores", "Avenida Paulista", "Rua XV de Novembro")
_IN = ("MG Road", "Nehru Nagar", "Linking Road", "Park Street")


def street(random: Random) -> str:
    name, kind = random.choice(_STREETS.split()), random.choice(_KINDS.split())
    number = random.randint(1, 9999)
    if random.random() < 0.2:
        name = f"{random.choice(('N', 'S', 'West', 'NE'))} {name}"
    unit = written(r"(, Apt [0-9]{1,2}[A-F]|, Suite [1-9]00| #[1-9][0-9]|, Unit [1-9])", random)
    return f"{number} {name} {kind}{unit if random.random() < 0.3 else ''}"


def us_address(random: Random) -> str:
    city, state, code = random.choice(_US)
    code += f"{random.randint(0, 99):02}"
    if random.random() < 0.15:
        code += f"-{random.randint(1000, 9999)}"
    return f"{street(random)}, {city}, {state} {code}"


def gb_address(random: Random) -> str:
    city, area = random.choice(_GB)
    code = f"{area}{random.randint(1, 9)} {written('[1-9][ABDEFGHJLNPQRSTUWXYZ]{2}', random)}"
    place = f"{random.choice(_STREETS.split())} {random.choice(('Road', 'Lane', 'Close', 'Row'))}"
    return f"{random.randint(1, 180)} {place}, {city} {code}"


def ca_address(random: Random) -> str:
    city, code = random.choice((("Toronto, ON", "M"), ("Halifax, NS", "B"), ("Calgary, AB", "T")))
    code += written("[1-9][ABCEGHJ] [1-9][KLMNP][1-9]", random)
    return f"{street(random)}, {city} {code}"


def au_address(random: Random) -> str:
    city, code = random.choice(
        (("Hobart TAS", "70"), ("Fremantle WA", "61"), ("Geelong VIC", "32"))
    )
    return f"{street(random)}, {city} {code}{random.randint(0, 99):02}"


def de_address(random: Random) -> str:
    city = random.choice(("Köln", "Leipzig", "München", "Hannover", "Freiburg im Breisgau"))
    place = random.choice(_DE).replace("_", " ")
    number = f"{random.randint(1, 140)}{random.choice(('', '', '', 'a', ' b'))}"
    return f"{place} {number}, {random.randint(10115, 99998)} {city}"


def fr_address(random: Random) -> str:
    code, city = random.choice((("69003", "Lyon"), ("33000", "Bordeaux"), ("75011", "Paris")))
    number = f"{random.randint(1, 200)}{random.choice(('', '', ' bis'))}"
    return f"{number} {random.choice(_FR)}, {code} {city}"


def es_address(random: Random) -> str:
    code, city = random.choice((("28013", "Madrid"), ("41001", "Sevilla"), ("46002", "Valencia")))
    floor = random.choice(("", ", 3º B", ", 1º izda."))
    return f"{random.choice(_ES)} {random.randint(1, 160)}{floor}, {code} {city}"


def it_address(random: Random) -> str:
    code, city = random.choice((("40121", "Bologna"), ("20122", "Milano"), ("10123", "Torino")))
    return f"{random.choice(_IT)} {random.randint(1, 150)}, {code} {city}"


def nl_address(random: Random) -> str:
    city = random.choice(("Amsterdam", "Utrecht", "Den Haag", "Groningen"))
    code = f"{random.randint(1011, 9999)} {written('[A-EG-NP-RT-Z]{2}', random)}"
    return f"{random.choice(_NL)} {random.randint(1, 300)}, {code} {city}"


def br_address(random: Random) -> str:
    code = f"{random.randint(1000, 89999):05}-{random.randint(0, 999):03}"
    city = random.choice(("São Paulo - SP", "Curitiba - PR", "Recife - PE"))
    return f"{random.choice(_BR)}, {random.randint(1, 2500)}, {city}, {code}"


def in_address(random: Random) -> str:
    city, code = random.choice((("Bengaluru", "560"), ("Mumbai", "400"), ("Pune", "411")))
    flat = f"Flat {random.randint(1, 12)}0{random.randint(1, 9)}"
    return f"{flat}, {random.choice(_IN)}, {city} {code}{random.randint(1, 99):03}"


ADDRESSES: dict[str, Maker] = {
    "us": us_address, "gb": gb_address, "ca": ca_address, "au": au_address, "de": de_address,
    "fr": fr_address, "es": es_address, "it": it_address, "nl": nl_address, "br": br_address,
    "in": in_address,
}  # fmt: skip


def address(random: Random) -> str:
    land = "us" if random.random() < 0.5 else random.choice(tuple(ADDRESSES))
    return ADDRESSES[land](random)
