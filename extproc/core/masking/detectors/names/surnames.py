"""Surnames of the world, in small letters without accents: data, no rules."""

from __future__ import annotations

SURNAMES = """\
aaltonen abbasi abboud abdi abebe aberg abrahamsson abramov abramovich abreu acar acharya
acheampong achebe ackroyd acosta adam adamczyk adamkus addo adebayo adeleke adewale adeyemi
adhikari adichie adjei adler aerts afanasiev afanasyev afolabi agarwal ageev aggarwal agrawal
aguiar aguilar aguilera agyei agyeman ahlstrom ahmadi ahmadinejad ahmed ahonen ahuja aigner akande
akbari akbas akesson akhmetov akhtakhanov akhtar akimov akinola akintola akkaya aksenov aksoy
aktas akter akufo akyol alabi alaoui alarcon albrecht alekseev alemu alexandrov alexeev alexiou
alfarsi alghamdi alharbi ali aliyev alkan almasri almeida alonso alotaibi alqahtani alrashid
alsaud alshehri alterio altun alvarez alves alzahrani amar amaral amato amin amiri amit amoah
amorim ampofo amponsah amundsen anand anastasiou andersen andersson ando andrade andreassen
andreasson andreev andres andresen andrianov andrzejewski angelopoulos angelov anisimov ansah
ansari ansip antic antonelli antoniou antonov antonsen anttila antunes antwi aoki appiah appleby
apte aquino arai araki aranda araujo arce archambault arellano arias arkhipov arkwright armitage
arnaud arnesen arnold arora arroyo arslan arthur arvidsson asadi asamoah asano asante ashkenazi
ashworth asiedu aslam aslan assefa assis atanasov ates athanasiou atkinson attenborough aubert
aubry auer avci avdeev avetisyan avila avraham avram awuah axelsson ayala aydin ayele ayoub
azevedo azikiwe aziz azizi azoulay baah babatunde babic baca bach bachmann badu baek baert bagheri
bagshaw bahrami baidoo baig bailly bains bairstow bajaj bakare bakke bakken bakker balan balashov
balasubramanian balaz balazs balci baldini balfour balint balodis balog balogh balogun bamba
bamford banas banda bandara banerjee bansal baptista barajas barak baran baranov barasa barbato
barbier barbieri barbosa barbu barone barraclough barrera barros barrowclough barry barta bartko
bartos basaran basile basnet bassi bastos batista batra battaglia batungbakal bauer baumann
baumgartner bautista bayram bazhaev bazhenov beaulieu beaumont becerra bech beck becker beckham
bedi bednarek begic begum bekele belanger belkacem bellini bello bellucci belousov belov beltran
belyaev belyakov benali benayoun bendavid benedetti benes bengtsson benitez benito benjelloun
bennani bennett benoit bento benzema berdimuhamedow berecz berg berge berger bergeron berggren
berglund bergman bergmann bergqvist bergstrom beridze berisha bermudez bernal bernardi bernier
bernstein berntsen berrada bertelsen berti bertin bertini bertoni berzins besnard besson bettini
beukers bevan beyer bezerra bhat bhatia bhatt bhattacharya bhattarai bhatti bhosale bhuiyan biagi
bianchi bickerstaff bielecki bilgin birkeland biro biryukov bischoff bishara biswas biton bitton
bizjak bjork bjorklund blamey blanc blanchard blanco blazek blazevic blenkinsop blinov blom
blomqvist boateng bobrov bodnar boehm boersma bogaert bogdan bogdanov bogdanovic bognar bogomolov
bohm bohme bolanos bolin bondar bondarenko bonetti bonnet bonsu boonmee boothroyd borbely borelli
borg borges borisov borkowski borodin boros bose botha bouazizi bouchard boucher bouchet
boumediene bourgeois bouteflika boutros bouvier bouwman bowen boyer bozic bozkurt brahimi
braithwaite bramall brambilla brandao brandt brar braun brearley brennan breton briand brinkman
brito brkic broadbent broek brouwer brun brunet bruni brunner bruno bruschi bruun brzezinski bueno
bukhari bulut bundgaard burke busch bustamante buthelezi butkus butt butterworth byaruhanga bykov
byrne bytyqi caballero cabrera caceres cadena cadwallader cakir calabrese caldeira calderon calvi
calvo camacho camara camargo campbell cano cappelli caputo carbone cardenas cardoso carli carmi
carmona caron carpentier carrasco carrasquill carre carrillo carroll carstens cartwright caruso
carvalho casado casas casini castaneda castelli castillo castro catacutan cattaneo cavalcante
cavalcanti cavallo cavendish ceccarelli cecchini cech celik cermak cerna cerny cerri cervantes
cetin cevik chae chahine chaiyasit chakrabarti chakraborty chang charbonneau charles charpentier
chatterjee chaturvedi chau chaudhry chauhan chauvin chavan chavez chawla chen cheng cheon cherif
cherkasov chernov chernyshov cheruiyot cheung chevalier chiang chiba chikvaidze chikwanha chiluba
chirwa chistyakov chiu chmielewski choi chopra chou choudhry choudhury chow chowdhury chraibi
christensen christiansen christodoulou chukwu cichocki cieslak cinar ciobanu cirillo cisneros
claes claesson clarke clausen clegg cloutier clutterbuck cocco coelho coetzee cohen cojocaru colin
collet collingwood collins colombo colquhoun conde connell connolly constantin conti contreras
cools copeland coppens coppola cordeiro cordero corona coronado correia corsi cortes cosentino
coskun costa costantini cote coulibaly coulon couture crabtree crespo cristea croitoru crowder
cuesta cuevas cunha cunliffe cvetkovic czarnecki czerwinski dabrowski dagostino dahal dahan dahl
dahlberg dalgaard dalgleish daly damasceno damico dang dangote daniel danielsen danielsson danilov
danjuma dankwa dankworth danso dantas darko darwish datta dave david davies davila davydov dayan
deak deangelis dearden declercq dedic degraaf dehaan dejong dejonge dekker delacruz delattre
delgado delic dellacqua delorme deluca dembele dementiev demidov demin demir demirci demissie deng
denis denisov derosa dervisevic desai desantis deschamps deshmukh deshpande desjardins desmedt
desmet devries dewhurst dewit dey dhawan dhillon diaconu diallo diarra dias diaz dietrich diez
digby dijk dijkhuizen dijkstra dimaculangan dimagiba dimarco dimitriou dimitrov dinardo ding dinh
dinu diop dissanayake djordjevic dlamini dmitriev doan dobre dogan doherty dolezal domingues
dominguez donati dong donkor dordevic doumbia doyle dragan drescher dreyer driessen drozdov
drummond dsouza duan duarte dube dubey dubois duckworth duda dudek duffy dufour dufresne duman
dumas dumitrescu dumitru dumont dunne duong dupond dupont dupre dupuis dupuy duquette duran durand
durmus duterte dutoit dutta duval dvorak dvorakova dwivedi dzhugashvili earnshaw ebert ebrahimi
eckersley eckert economou eder edlund efimov efremov egger eglitis egorov eichhorn eide einarsson
ekinci ekman ekstrom ekwueme elbaradei elbaz elfassi elias eliasson eliseev ellingsen elmas
elmasry elsayed elsisi emecheta emelyanov enache endo engel engelbrecht engstrom entwistle epstein
erasmus erdogan eremin ergin eriksen eriksson erkan ermakov ernst erol ershov escamilla escobar
escudero esfahani esparza espinosa espinoza esposito esquivel essebsi esteban esteves estevez etoo
evans evdokimov evensen evers exposito ezekwesili fabbri fabian fabiani fabre fadeev fagbemi
fairbairn fairclough falk fang fantini farah farahani fares farias farina farkas farquhar farrell
fashola faure fayad faye fazekas featherstone fedorov fedotov feher feitosa fekete feldman
feldmann feng fernandes fernandez fernando ferrante ferrara ferraro ferreira ferrer ferretti ferri
fiala figueiredo figueroa filatov filimonov filipovic filippini filippov fink finkelstein fiore
fiorini firsov fischer fitzgerald fleury florea flores flynn fodor fofana fokin fomin fonseca
fontaine fontana forsberg forte fortin fothergill fourie fournier franchi franco francois frandsen
frank franke fransson fredriksen fredriksson freitas friedman friedrich friis frimpong frolov
fuchs fuentes fujii fujimoto fujita fujiwara fukuda fumagalli fung furtado fusco gabay gachanja
gagne gagnon gaikwad gaillard gairbekov gaitan gajdos gajewski galan galbraith galindo galkin
gallagher gallardo gallego galli gallo gallucci galvani galvez gamboa ganguly garcia garg garnier
garrido garside gashi gasparini gatti gauthier gautier gavrilov gebauer gebremariam gebreselassie
gehlot geirsdottir gelashvili gemayel genovese gentile georgescu georgiadis georgiev georgiou
gerard gerasimov gerlach gerritsen getachew gevorgyan ghanem ghannouchi ghasemi gheorghe ghorbani
ghosh giannini gilani gilchrist gill gillet gimenez gingras ginting giordano giorgadze girard
giraud girma githinji gitonga giuliani gjoka glowacki godinez goedhart goel gokce gokhale golan
goldberg goldstein golob golovin golubev gomes gomez goncalves goncharov gonzales gonzalez
goossens gorbachev gorbunov gordeev gorecki gorka gorshkov gorski gosselin gouveia gowda goyal
grabowski grachev graf grassi grasso greco greenberg greenhalgh greenwood grenier grewal grgic
griffiths grigoriev grigoryan grimaldi grishin gromov groot gross grossman grover gruber
grybauskaite gudmundsson guenther guerin guerra guerreiro guerrero guevara gueye guidi guillaume
guillen guillot guimaraes guler guliyev gulyas gumede gunawan gunawardena gundersen gunduz gunes
gunnarsdottir gunnarsson gunther gupta gurung gusev gustafsson guthrie gutierrez guven guyot
guzman gwynne gyamfi gyan haas habib habimana hadad haddad hadzic hagen hagiwara hahn haider haile
hailemariam hainsworth hajek hakala hakansson hakim hakkarainen hakobyan halevi halilovic halim
hallbjornsson halonen halvorsen hamada hamalainen hamdan hamdi hamel hamidi hanninen hansen
hanssen hansson hara harada harahap harcourt hargreaves hariri hartmann hartono harutyunyan hasani
hasanov hasegawa hashemi hashimoto hashmi hattersley hattori hauge haugen haugland hauser haworth
hayashi hedberg hedlund hegde hegedus heidari heikkila heikkinen heinonen heinrich hellberg
hellstrom hendriks henriksen henriksson henriques henry heredia hermann hermans hermansen
hermansson hernandez herrera herrero hersi herve heseltine hess hesse heuvel hidalgo hidayat
higashi higginbotham higuchi hijazi hiltunen hinchliffe hirano hirata hirsch hirvonen hlavac
hlongwane hoang hocevar hodzic hoekstra hofer hoffman hoffmann hofmann hofstra holm holmberg
holmgren holroyd holst holzer hoogendoorn hoogeveen hoogland hopkin hoppe horak horakova horn
horowitz horvat horvath hoshino hossain hosseini hovhannisyan howell howells hoxha hribar hristov
hsiao hsieh huang huber hubert hubner hudak huebner hughes huisman hurtado hurwitz huseynov
hussain hutapea huynh hwang hyvonen ibanez ibrahim iglesias ignatiev ignatov igwe ikeda ikpeazu
ilic iliev illes illingworth ilunga ilves ilyin imai imamovic inan inoue ioannou ionescu ionita
iordache iqbal iroha isaev isaksson ishibashi ishida ishiguro ishihara ishii isik islam ismail
ismayilov itou ivanenko ivankovic ivanov ivanovic iversen iwasaki iwata iwuchukwu iyengar iyer
izquierdo jaber jablonski jacobs jacobsen jacquet jadhav jaeger jafari jager jain jakab jakobsen
jakobsson jakubowski jalali jama janelidze jang jankauskas jankovic jankowski jansen jansons
janssen janssens jantti jaramillo jarvinen jasinski javed jaworski jayasuriya jayawardena
jayawardene jean jelinek jensen jeon jeong jespersen jessen jiang jilani jimenez jindal
johannessen johansen johansson johnsen johnston jokinen joly jonas jonasson jones jong jonker
jonsdottir jonsson jorgensen joshi jovanovic jovic jozic juarez juhasz julien jumblatt jung jurado
juric kabila kaczmarek kaczor kadam kadlec kadyrov kagame kagan kahraman kaiser kalala kalashnikov
kalinin kalinowski kallas kallio kalnins kamat kamau kamble kaminski kanaan kaneko kang kapanadze
kaplan kapoor kara karaca karagiannis karakaya karam karamanlis karanja karapetyan karasev karatas
karimi karimov kariuki karjalainen karki karlsen karlsson karpov karppinen kartal karu karunaratne
karve kask kasongo kassab kastelic katigbak kato katona katsaros katz kaufmann kaunda kauppinen
kaur kavaliauskas kavcic kawabata kawaguchi kawai kawamura kawasaki kaya kazakov kazemi kazlauskas
kazmierczak kebede keita kelemen kelkar keller kelly kelmendi kemppainen kennedy kenyatta kermani
kersten keskin ketola kettunen khachatryan khadka khalil khamenei khan khandelwal khanna
kharitonov khatun khokhlov khomeini khouri khoury khumalo kibet kikuchi kilic kilinc kilpatrick
kilpelainen kim kimani kimura kinnunen kinoshita kinyanjui kipchoge kiprop kiraly kirchner
kirillov kiselev kishiev kiss kitamura kitano kitchener kjaer kjaergaard kjeldsen klein klimov
kluge klymenko knezevic knudsen knutsen knyazev kobayashi kocak koch kocsis koech koehler koenig
koffi kofler kofoed kohler kohli koirala koivisto kojima kokkonen kolar kolenc kolesnikov kolev
koller kolodziej komarov komatsu konan konate kondo kondratiev kone konecny kong konieczny konig
konovalov konstantinou konstantinov kopecky koppel kopylov korhonen korkmaz korneev kornilov
korolev korosec korotkov kose kosgei kosinski koskela koskinen koster kostic kostin kostov kotnik
kotov kouassi koumura koupil kouyate kovac kovacevic kovacic kovacik kovacs koval kovalchuk
kovalenko kovalev kovar kowalczyk kowalska kowalski koyama kozak kozhevnikov kozlov kozlowski
kozma kraemer krajewski krajnc kral kralj kramer kranjc krasniqi krasnov kratochvil kraus krause
kravchenko kravchuk krawczyk krebs krishnan kristensen kristiansen kristjansdottir kristoffersen
kriz krog krogh krol krueger kruger krumins krylov kryukov kubiak kubo kubota kucera kucerova
kucharski kudo kudryashov kudryavtsev kuehn kuffour kuhn kuijpers kuiper kuipers kukk kuleshov
kulikov kulkarni kumar kundu kunz kunze kurniawan kuroda kurosawa kurt kuusk kuzin kuzmin
kuznetsov kvaratskhelia kwan kwarteng kwiatkowski kwok kwon kyei laakso laaksonen lacerda lachance
lackner lacroix lacson lafontaine lagarde lagueux lahtinen laine laitinen lakatos lambert lamy
landsbergis lapid laplante lapointe lara larin larionov larouche larsen larsson laskowski laszlo
laukkanen laurent lauridsen lauritsen lavoie lavrov lawal lazar lazarev lazic lazzari leadbetter
leal lebedev leblanc lebon lebrun lechner leclair leclerc leclercq lecocq lecomte lee leehy
leeuwen lefebvre lefevre leger legrand lehman lehmann lehtinen lehto lehtonen leinonen leite
leitner lemaire lemmens lemoine lemos lemus lengyel lenzi leon leone leonov leontiev leppanen
leroux lerouxe leroy lessard lestari leung levesque levi levin levy lewandowski leyva liang liao
lieberman liepins lightfoot limbu lind lindahl lindberg lindgren lindholm lindner lindqvist
lindstrom lipinski litvinov liu llamas llewellyn lloyd llywelyn lobanov lobo locatelli lockhart
lofgren loginov lombardi lombardo lomidze longbottom longo longoria lopes lopez lorenz lorenzen
lorenzo lorusso loureiro lourenco lovric lozano lubis lucas lucchese lucero ludvigsen ludwig lugo
luik lukacs lukashenko lukic lukin lukyanov lumley lumumba lund lundberg lundgren lundin lundqvist
lundstrom lungu luong lupu luque lvov lynch lynge lysenko lytvyn lyubimov maalouf maas maathai
mabaso macapagal macaraeg macdonald macedo macgregor machado macharia macias maciejewski maciel
mackay mackenzie maclean macleod maddox madsen maeda maes magalhaes magana magar maggi magi
magnani magnusson magsaysay maguire magyar maharjan maheshwari mahlangu mahmood mahrez maier
maillard maisuradze majewska majewski majola majumder makarov makela makinen makowski makris
maksimov maldonado maleki malhotra malik malinowski malka maltsev maly malyshev mammadov manalo
mancini mandela mane mann manninen manole mansour mansouri mansson mantovani manukyan manurung
manzano manzoni marchand marchenko marchetti marchi marciniak marcos marechal marek margvelashvili
mariani maric marin marinescu marinho marini marino marinov markov markovic marques marquez marra
marroquin martens martensson marti martin martinelli martinez martino martins martinsen martinsson
martirosyan marty martynov marusic maruyama marx mascarenhas maseko maslov masondo massa masson
masuda matei mateo mateos mathieu mathisen matic matos matsuda matsui matsumoto matsuo matsushita
matsuura mattila mattsson matveev mayer mayorov mazur mazza mazzi mbah mbappe mbatha mbaye mbeki
mboya mbugua mbuyi mcbride mccann mccarthy mcdermott mcdonald mcdowell mcfarlane mcgee mcgowan
mcgrath mcgregor mcguire mcintosh mcintyre mckay mckenna mckinnon mclaughlin mclean mcloughlin
mcmahon mcmillan mcnamara mcneil mcpherson mcqueen mctavish medeiros medvedev mehmood mehta meier
meijer meireles mejia mekonnen melendez melikov melis melnikov melnyk melo menard mendes mendez
mendoza menendez meng mengistu menon mensah menzies mercado mercier meredith merino merlo mertens
messina meszaros meunier meyer meza miah michaelis michalak michalski michiels micklethwaite
miettinen migliore mihai mikhailov mikhaylov mikheev mikkelsen mikolcic milani milanovic milic
millet milosevic minami miranda mironov mirza mirziyoyev mishima mishra misra mitrofanov mitrovic
mitsotakis mittal miura miyagi miyamoto miyazaki mizrahi mizuno mkhize mkrtchyan mladenovic mlakar
mobutu mocanu modise moen mogensen mohammadi mohamud moiseev mokoena molchanov moldovan molefe
molenaar molina molinari molla moller molnar moncrieff mondal monroy montalvo montanari montanez
monteiro montero montes monti montoya moore mora moradi moraes morais morales morandi moraru
moreau moreira morelli moreno moretti morgan mori morin morina morita moroz morozov morris
mortensen moser mota motaung moulin mountbatten moura mousavi moya moyo mraz mroz mthembu mthethwa
mueller mugisha mujic mukamana mukherjee mukhin mulder mulenga muller mulugeta muniz munk munoz
munteanu murakami muravyov murgatroyd murgia murillo murphy murray musa museveni musil mustonen
mutasa mutharika muthoni mutombo mutua mwale mwangi mwanza myhre myung nadeau naderi naess nagai
nagata nagel nagy naidu nair najafi najera najjar nakagawa nakajima nakamura nakashima nakayama
nandi napolitano naqvi nardone nascimento nasrallah nasser nasution natarajan naumann naumov nava
navarrete navarro navratil nayak nazarbayev nazari nazarov ncube ndayishimiye ndiaye ndlovu ndungu
neagu nechaev nefedov negrete negri nekrasov nemcova nemec nemeth neri nesterov netanyahu
nettleton neubauer neumann neves ngai ngcobo ngoy ngugi nguyen niang nicolas nielsen niemi
nieminen nieto nijhuis nikiforov nikitin nikolaev nikolaidis nikolic nikolov nikonov nikulin
nilsen nilsson nishida nishimura niskanen nissen nistor nita njeri njoroge nkansah nkosi nkrumah
nkurunziza nnamdi noel noergaard noguchi nogueira nolan nomura norberg nordin nordstrom norgaard
norouzi nosov novais novak novakova novikov novotna novotny nowak nowakowski nowicki nozadze
nsubuga nugroho nunes nunez nurmi nwachukwu nwankwo nwosu nxumalo nyarko nyberg nygaard nygard
nyirenda nykanen nyoni nystrom obasanjo obeng oberg obiora oblak obradovic obrien ocampo ocen
ochieng ochoa oconnor odhiambo odinga odonnell odumegwu oduro oestergaard ofori ogata ogawa
ogbonna ogden ogunbanjo ogundele ogunleye ohayon ohno oikonomou ojala ojukwu okada okafor okamoto
okazaki okeke okello okocha okonkwo okoro okoth okpara oladipo olah olaniyan olatunji olawale
olayinka oldroyd olesen olivares oliveira olivier olivieri oliynyk ollerenshaw olmert olmos
olofsson olsen olsson olszewski omerovic omondi oneill onishi onwuka onyango onyeama onyekachi
oosterhuis oosthuizen opare opoku oppong oprea orban oreilly orellana orlov ormerod orozco orsini
orsos ortega ortiz ortner osbourne osei oshodi osinbajo osipov osman osorio ostergaard ostlund
ostrowski osullivan osuna otero otieno otsuka ottarsdottir otto ouattara ouellet ouma outhwaite
ouyang ovchinnikov overgaard ovsyannikov owen owino owusu oyedepo oyelaran oyewole ozcan ozdemir
ozen ozer ozgur ozkan ozolins ozols ozturk paavolainen pace pacheco pacquiao padilla pagano
pahlavi paiva pakhomov pala palacios palmieri palomino palsson palumbo pandey pandya panfilov
pangilinan panico panjaitan pankhurst pankovic panov papadakis papadopoulos papp pappas paquette
pardo paredes parekh parikh parisi parlak parmentier parn parra parry partanen parviainen
pashinyan pasquier passos patel patil paul paulauskas paulsen pauwels pavan pavic pavlenko pavlov
pavlovic pawar pawlak pawlik pawlowski payet pedersen peeters peixoto pellegrini pellegrino
pelletier peltola peltonen pena penry pepe pereira perera peres peretz perez perica perkovic
permata perrin perrone perrot persson pesic petek peters petersen petersons petkov petrauskas
petrenko petrescu petrosyan petrov petrovic petrucci pettersen pettersson petukhov pfeiffer phadke
pham phan philippe phiri phung piazza picard piccolo pichler pichon pickersgill pienaar pierre
pietrzak pilkington pillai pimenta pimentel pineda pinheiro pinna pinter pinto piotrowski piras
pires pitkanen pizarro platonov plotnikov poghosyan pohan pohl poirier pokorny polak polat poli
polishchuk polyakov ponce ponomarenko ponomarev poon popa popescu popov popovic portillo pospisil
postlethwaite postma potapov potgieter potocnik poudel poulain poulin poulsen powell pozzi prabhu
prabowo prado pratama prates preda pretorius prevost prieto prifti pringle prins pritchard
prochazka prochazkova proietti prokhorov prokofiev proskova prosser proulx przybylski puente pugh
pulkkinen purba pusaver qasim qian quach quaranta quaye queiroz querry quezada quinn quinones
quintana quintela quintero quiroga quiroz qureshi rabin rabinovich rabinowitz racz radebe radic
radu rafsanjani rahal rahardjo rahimi rahman rahmon raimondi raja rajan rajapaksa rajkovic rajput
rakhimov raman ramaphosa ramaswamy ramirez ramos ramsay ramsbottom rana ranatunga rangel rantanen
rao raposo rasanen rasmussen rathore raudsepp rawlinson rebane reddy redondo rees rehman reinhardt
reis reiter renard renaud renault renteria reuter reynisson reynoso rezaei rezende rhydderch rhys
ribeiro ricci riccio richter rietveld rigby rinaldi rincon rios rissanen ristic ritter riva rivas
rivera rivero riviere rizk rizvi rizzi rizzo roberts robles rocca rocha roche rodionov rodrigues
rodriguez roenning roger rojas roldan rolland romagnoli romano romanov romero rosales rosas rosati
rosen rosenberg rossi rosso rostami rota roth rothe rothschild rotich rouhani rousseau roussel
roux rowbotham roy royer rozman rubinstein rubio rudenko rueda ruelas ruggiero ruijter ruiz
rumyantsev ruoho russo rusu rutherford rutkowski ruto ruzicka ryabov ryan rybakov rønning saab
saakashvili saar saari saarinen saavedra sabbagh sacco sackey sadeghi sadowski saetang saether
saez safonov saha sahin sahni saini sakai sakamoto sakharov sakurai sala salas salazar saldana
saleem saleh salehi salihovic salim salinas salminen salo salonen salonga salvi samaniego samaras
samoylov sampaio samsonov samuelsson sanchez sand sandberg sandhu sandor sandoval sandstrom sandu
sandvik sanna sano santana santini santoro santoso sanusi sanz saputra saraiva sargsyan sari saric
sarkar sarpong sarr sarti sartori sasaki sasson sato satterthwaite sauer savard savchenko savelyev
savic savin savolainen sawant sayegh sazonov scargill schaap schaefer schafer schenk schiavone
schilling schmid schmidt schmitt schmitz schneider scholten scholz schouten schreiber schroder
schroeder schubert schulte schulz schulze schumacher schuster schwaiger schwartz schwarz
schwarzenegger seck sedej sedlacek sedov sedusak segal segev segura seidel seifert sekiguchi
seleznev selivanov sembiring semenenko semenov semyonov sen seok seong sepp seppala sepulveda
serban sergeev serna serov serra serrano sethi setiadi setiawan severino sezer shabalala
shackleton shah shaheen shaikh shala shalhoub shao shapira sharma sharon shcherbakov shehu sheikh
shen shestakov shetty shevardnadze shevchenko shevchuk shibata shilov shimizu shinawatra shinde
shinoda shirazi shirokov shishkin shonibare shrestha shrivastava shufflebottom shukla sibanda
sibiya siddiqi siddiqui sidebottom sidhu sidibe sidorov sigurdardottir sihombing sikkema sikora
sikorski silva silverman silverstein silvestri simanjuntak simard simek simic simiyu simoes simon
simonetti simonov simonsen simsek sinclair singh singhal sipila sipos siqueira siregar sirisena
sissoko sisulu sithole sitorus situmorang sivertsen sjoberg sjogren skjaeveland skov skvortsov
slimani smajic smethurst smirnov smit smits soares sobczak sobolev soderberg sodhi soekarno
sofronov sokolov sokolowski solanki solano solberg soler solheim solis soloviev solovyov soltani
somboon sommer somogyi sonmez sorensen soriano sorokin sorrentino sosa soto sousa southgate souza
soyinka soylu spina spiridonov srinivasan srisai srivastava ssempijja stachowiak stahl stan
standish stanek stankevicius stankovic stapleton steenbergen stefanescu stefanov steffensen stein
steinbach steiner stepanov stepien stevanovic steyn stoica stojanovic stoyanov strachan strand
strauss strickland strom suarez subedi subramaniam subramanian sugawara sugden sugimoto sugiyama
suharto sukarnoputri suleiman sundaram sundberg sundstrom suryadi susanto sutcliffe sutherland
suvorov suwan suzuki svendsen svensson svoboda svobodova swaminathan swanepoel sykora sylla szabo
szalai szczepaniak szczepanski szekely szeto szewczyk szilagyi szoke szucs szulc szymanski tabrizi
tadesse takacs takada takagi takahashi takemitsu takeuchi talukder tamang tamayo tambo tamm tamura
tanaka tangen taniguchi tanjung tannous tapia tarantino tarasov tarigan tattersall tavares tawil
tazi tazuka tedesco tehrani teixeira tekin teklehaimanot tellez tembo tendulkar tennyson terekhov
terentiev terpstra terrazas tesfaye tessier testa tetreault tetteh thaci thakkar thakur thapa
therkildsen thibault thiel thijs thistlethwaite thomas thomassen thomsen thongchai thornton
thorsen thwaite thygesen tian tijsterman tikhomirov tikhonov timmermans timofeev tinubu titov
tiwari tkachenko todorov todorovic toft toivonen tokarev tokayev toledano toledo tolentino tolkien
tomaszewski tomczak tomic topal torok torres toscano tosi tosun toth toure tovar toyoda trabelsi
tran traore trelawney tremblay tresco trevino trevisan trevithick trieu trindade trinh tripathi
trivedi trofimov trudeau trujillo truong tsai tsang tseng tshabalala tshisekedi tsiklauri tsipras
tsuchiya tsui tsuji tsvetkov tudor tumusiime tuncer tuominen turan turk turkmen turunen tveit ucar
uchida uddin ueda ueno ugwu ulrich ulyanov umeh unal ungureanu unsworth urban urbanski urbina
urbonas urias uribe urquhart usai ushakov ustinov utomo uttley uwimana uysal uzor uzun vainio
vaisanen valdez valente valenti valentini valenzuela valero valle vallejo vanbeek vandam vandamme
vandenberg vandenheuvel vandermeer vandermerwe vandijk vanek vanhanen vanhoutte vanleeuwen
vanvliet vardanyan varela varga vargas vasconcelos vasileiou vasilescu vasilev vasiliauskas
vasiliev vasilyev vasquez vass vasseur vaughan vazquez veen veenstra vega veiga velasco velazquez
velez venegas veneziano venizelos venkataraman venkatesan venter ventura venturi vera verbeek
verbeke verhagen verhoeven verma vermaak vermeulen verstraete vesela vesely vestergaard viana
vicente vidal vidmar vidovic vieira viklund vila vilakazi vilela viljoen villa villadsen
villagomez villalobos villani villanueva villar villarreal villeneuve vincent vincze vinogradov
virag viramontes virtanen visser vitale vitali vivaldi vlaar vlachos vladimirov vlasov vlcek vliet
vogel vogt voicu voigt volkov volpe vorobiev vorobyov voronin voronov vorontsov vorosvary vries
vukovic vuong vyas wada wafula wagner wahyudi wainwright walczak wallin wallner walmsley walsh
walter wang wanjiru warsame wasilewski watanabe watanuki watkins weatherby weber wedderburn
wedgwood weerasinghe weinstein weiss wekesa wenzel weores werner whitaker whittington wibowo
wickramasinghe wickremesinghe widodo wieczorek wiersma wieser wiesner wigglesworth wijaya wikstrom
wilberforce wilczek wilk willems williams wilson wimmer winkler winterbottom winther wirth
wisniewski witkowski wlodarczyk wojciechowski wojcik wolde wolff wolstenholme wolters wong
wongsakul woodhouse worthington wouters wozniak wrigglesworth wrobel wroblewski wysocki xavier
xiao xiong yadav yadin yakovlev yakubu yalcin yamada yamaguchi yamamoto yaman yamasaki yamashita
yamazaki yanez yang yano yardley yasuda yavuz yazdani yeboah yeung yigit yildirim yildiz yilmaz
yokoyama yoon yordanov yosef yoshida yoshikawa younes yuan yudin yuksel yusupov zagar zaidi
zaitsev zajac zakharov zakrzewski zalewski zamani zamfir zamora zanella zanetti zanini zapata
zappa zarate zarif zavala zawada zawadzki zaytsev zein zelaya zelenskiy zelensky zelenskyy zeller
zeman zeng zhang zhao zhdanov zheng zhong zhou zhuge zhukov zhuravlev ziani zidane ziegler
zielinski zijlstra zimba zimin zimmerman zimmermann zivkovic zogby zotov zucca zuckerman zuev
zukauskas zuma zuniga zupan zupancic zverev zwane zwart
"""
"""Common in many languages; hardly anything else than surnames."""
