"""Names that are words or places too, in small letters: data, no rules."""

from __future__ import annotations

AMBIGUOUS_FIRST_NAMES = """\
abbey abe abel ada ade adelaide adi afia akin al alberta aleksandra ales alexa alexandria ali
alpha alva ama amber america amma ander andra ange angel angeles anh ani april ara arden argentina
aria arnau art asa asia asta athena august augustus aura aurora austin autumn aya ayo ayu barbie
baris basel basil bat bea bert bill bisi blanca blessing bo bola brandy brit britney brook brooke
brooklyn brooks bud buddy buffy buster candy carmel carolina carrol cem chad chance charity
chelsea cherry cheyenne chi christian chuck claude cliff columbus come concepcion constance
constant coral crystal dale dallas damla dane dare darin darwin dawn dayo dean deb dee del dell
delta deniz denna denver desta destiny devon dewi diamond don donn dorit drew dung dusty dwi earl
easter easton ebo ece eden edi edison efe ego eine eka eko elide elif ema emi ena engin era eri
ese esi estrella eve eze faith fay fedora femi fern finn flo flor flora florence florida forest
france gad gal gale garnet gene geneva georgia gergo geri gigi gil ginger glen glory grace gracia
guadalupe gul guy ha hai haifa hal hana hanh harley harmony hazel hermes hien hoa hong hope horace
hosea hua hui hung ia ike ila ima indah india inga ion iris iso israel ivar ivy jade jan jay jc
jeremie jesus jewel jie jing jo jordan joy jun june junior kai kana kay kei kelvin kent kenya kien
kingston kit kitty kow kunle lady lam lamont lan lance laurel lee len les leta li libero lida lien
liga lincoln line ling linh lone lou lourdes lu lulu luna luz ma mac madison magnolia mai maki man
mana manda manu margarita mari mark marquis marvel mason mate max may mee meg mega mei mel melody
mercedes mercy merry meta metin mi mickael miki mikio milagros milan mimi min mine ming minghua
minh misty monte mose myrtle nada nam nan nana nao nat natividad nella nelle nello nga ngan ngoc
nhan nhi nii nine nova nur obi oge ok ole oleh olive ona onur opal ora oren orlando orval ossi pam
paris pascal pascual pat patience paz pearl peng penny per perla phong phuc phuong pia pilar piper
poppy precious primo princess prudence putri qiang qing quan quang queen rahel ramadan ran raven
ray remo ren rex rie rina risa rob robin rocky rod roi roma roman rong rosario rose rowan royal
royce ruby rune rusty ruta saba saber sai said sal salem salvador sandy sang santa santiago santos
savannah scot scotty selam sem sema seun sha shin sho sid sierra signe sina sine siri sol sola
solange soledad son song sonny soon sora spring sri stanley star stella stormy su sue summer sun
sunny sunshine sydney tai tal tali tam tan tayo tea thach thang thanh thao thi thu tien tin toan
tobi tolu toma tone trang travis trenton tri trinidad trinity trong troy truc tu tuan tunde ty
uche uju uma umit una uri uzo val van velvet venice venus verona versie vice vinh viola violet
virginia vital von wade wale wei wes weston will windy wit wm xin xuan yan yaw yemi yen ying yong
yu yui zhen zion
"""
"""They need a surname behind them, or a word that introduces a name."""

AMBIGUOUS_SURNAMES = """\
aas abe abel ahn akin alley angel angeles annan antal appel apple archer ard ash august austin
avant back bae bah bai bak baker bal bang banks banner barclay baron bay bayer beach bear beer
bell bentley berlin berry best bey bianco bias bible bills binder birch bird birmingham bishop
black blank blanks blessing bliss block blocker blood blow blue bly bobo book booker borders born
bos boss boston bounds box brace branch brand bravo brazil bridge bridges bright bristol brook
brooks brown buck bui bull bunch burden button cai call campos canada cannon cao card carrier
carter carver case cash cele cha champagne chan chance chancellor chandler chase chaves cherry
child childs cho christ christian christmas chu church cisco clay clement cleveland click close
cloud coe coffee cole colon concepcion cone conn conte cope council counts cousin coy craft cross
crow cruz cui cyr dai daily dale dallas dam dame dao darling das davidson day dayton deal dean
dela dell desta dever devine dew dial diamond dix doe dollar dove dow drain drake drew driver du
duck duke durant durante duty dye eagle earl early east easter easton eck eden edge edison ek
elder eller ely ene eng england eom er erb eren estrella eze fair fall falls fan faria farmer fay
fee fenton ferrari field fields finch fine finn fish fisher fix fletcher flood flora florence
fontes ford forest forrest fort foss fox foy frame france free freed friday friend fry fu gal gale
gao gay gee gil glasgow gok gold golden good goto grace gracia grande grant gray green grey groff
gu guess guest gul guo guy ha hair hale hall ham hamm hampton han hand handy hao harden harder
hare harley harness haskell hatch haven hawk hay hazel head heard heath held helm heo her herrmann
high hill hills hix ho holder holiday holland honda hong hood hook hooks hope hou house houston
hoy hsu hu hui hunter hurt ireland ishikawa israel ito ivy jansson jarvis jay jefferson jenkins
jesus jia jin joe joiner jolly joo jordan joy judge justice kay kee keen kent kern key keys king
kingston knight ko koc kok kos krcmar kuo lacy lai lake lam lamont lancaster lance land lane laney
lang lange langer large lassen lau law laws lay le lea leak lemon lew li lie lien light lim lima
lin lincoln ling link lira lis little lo lock london lord love lovely low loy lu luck lum luna luo
ly ma macon madison madrid mai main mak maki mao march mark marker marks marquis martini mason
maxwell may means medina mesa messier milan miles miller min minor mix mock modi moe mok money
montenegro moon more mount moy na nakano nall nam nation neighbors nel new newton nez ng ngo nix
noble noe noh noll north null nye obi oda oe oh oja oli olive ono orlando orr ota ott oxford oz
pack page pai pak pal palermo palm pan pap papa parent paris parish park parks pascual pastor paz
peace peak pearl peek peel peng penny pepper person pickle pierce pike piper place plaza poe
pointer poland pond pool pope porter post potter power powers preston price priest prince prior
pyo qin qiu quan queen quick race racine rader rae rai rand rau ray rea read reed register reid
remington rey reyes rhodes rice rich rider ring rivers robin rock roe roman rome root rosario rose
rounds rowan royal royce ruby rue ruff rule rust ryder ryu sage said sales salvador sam sample
samples sandy santiago santos sawyer saxon scala scales seal see self sell seo sessions settle
settles shade sheets sheffield shell shepherd shi shields shin short shorter sides sierra silver
singer singleton sink sites situ siu slack small smart son song south southern sow spain spear
speed spikes spring stack stafford stamps stanley stark starr steel stella sterling steward stock
stone storm story straight strain strange street stringer strong styles su summer sun swift sy ta
tam tan tang tanner tas temple terry thames thao tinker to tom toma tong toprak tower travers
travis treat trinidad troy true tse tuck turner uche valencia van viola vo vos vu vue wade waits
wal wales walker wall wan ward washington watson way weaver weeks wei weil wells were wesson west
weston white wild will wilt windsor wing winner winter wisdom wise wolf woo wood woods woody word
worden worth worthy wren wu xia xie xu xue yan yao ye yee yeh yi yin yip yoo york younger yu zhu
zou zulu
"""
"""They count behind a first name."""
