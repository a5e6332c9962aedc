"""First names of the world, A to K, in small letters without accents: data, no rules.

The commonest of the 1990 census of the United States (public domain), and common ones of other
languages.
"""

from __future__ import annotations

FIRST_NAMES_A_K = """\
aakash aaliyah aamir aarav aaron aarti aase aatu abayomi abbie abby abdallah abdelaziz abdelghani
abdelhamid abdelilah abdelkader abdelkrim abdellah abdelmajid abdelmalek abdelrahman abderrahim
abderrahmane abdessamad abdi abdirahman abdoulaye abdu abdul abdulaziz abdullah abdullahi
abdulrahman abdurrahman abeba abebe abena abeni abhay abhijit abhinav abhishek abigail abigel
abimbola abina abiodun abiola abiy abla abosede aboubacar abraham abram abul achieng achilleas
achim adaeze adalberto adalgisa adam adan adaobi addie addis addolorata adebayo adebola adedayo
adedoyin adekunle adel adela adelaida adelajda adelchi adele adeleke adelia adelina adeline adell
adella adelle adelmo adem ademola adenike adeniyi adeola aderonke adesina adetokunbo adewale
adeyemi adham adhiambo adil adina aditi aditya adjoa adnan adolfo adolph adria adrian adriana
adriane adrianna adrianne adrienne adwoa aegir aevar afi afolabi afonso afsaneh afton afua agata
agatha agathe agim agnes agneta agnieszka agostino agota agus agustin agustina ahlam ahmad ahmed
ahmet ahti aicha aida aidan aidar aiden aigerim aija aikaterini aila aile aileen aili aimee aimo
ainhoa aino aira aisha aissatou aiste aitor aivar aja ajani ajay ajit akash ake akhil akhmat
akhmed akihiro akiko akinola akinwale akinyi akira akos akosua akoth akram akseli akshay akshaya
aku akua akunna akwasi alaa aladar alaeddine alain alaina alajos alan alana alanna alasdair
alastair alba alban albane albano alberico albert albertha albertina albertine alberto albin
albina alcide alcides alda alden aldo aldona aldric aleardo alec alecia aleida alejandra
alejandrina alejandro aleksandar aleksander aleksandr aleksey aleksi alemayehu alena alene alenka
alesha alesia alessandra alessandro alessia aleta aletha alethea alethia alex alexander alexandra
alexandre alexandrina alexandros alexandru alexane alexei alexey alexia alexis alfie alfio
alfonsina alfonso alfonz alfonzo alfred alfreda alfredo algirdas alia alica alice alicia alicja
alida aliette alikhan alina aline alireza alisa alisha alison alissa alistair alix aliz allan
allegra allen allene allie allison allyson alma almas almaz almeda alois aloisia aloisio alojzy
alok alondra alonso alonzo aloys alphonse alphonso alta altagracia altha althea alton altynai
alvar alvaro alvin alvina alya alyce alycia alyona alysha alysia alyson alyssa alzbeta amada amado
amadou amaia amaka amal amalia amanda amandin amandine amani amar amara amarachi amaya ambo ambre
ambroise ambrose ambrozy ambrus amedeo ameen amelia amelie ameline americo amerigo ami amie amin
amina aminah aminata amir amira amirhossein amit amita amitabh amjad amnon amol amos amparo amr
amrit amrita amy ana anabel anabela anacleto anahi anahit anais analia analyn anand ananya anas
anass anastacia anastasia anastasio anastasios anastasiya anasztazia anatol anatole anatoliy
anatoly anayo anchalee anders andi andile andras andre andrea andreas andree andreea andrei andrej
andreja andres andrew andrey andria andris andriy andrus andrzej andy anele aneta anette anezka
angela angele angelia angelica angelika angeliki angelina angeline angelique angelita angella
angelo angie anglea anibal anica aniela anika aniko anil anirudh anisa anisio anissa anisur anita
anitra anja anjali anjan anjanette anke ankica ankit ankita ankur ann anna annabel annabell
annabelle annamaria annamarie anne annegret anneke anneli annelie anneliese annemarie annemiek
annetta annette annick annie anniina annika annikki annis annmarie annunziata anong anouar anouk
anselm anselma anselme anselmo anshul anssi antanas antero anthony antione antionette antje
antoine antoinette antolin anton antone antonella antonette antonia antonieta antonietta antonija
antonin antonina antonio antonios antonis antony ants antti antun antwan anu anuj anuli anup
anupam anuradha anurag anush anusha anwar anwen anya anyango aoife aparecida apinya apiyo apolena
apolline apolonia apoorva apostolos apti aqsa aquiles araba araceli aracely araksya aram aranka
arantxa arash arben arcelia archana archie ardella ardeshir ardis ardith aretha arezoo ari ariana
arianna arief arieh ariel arielle arif arindam aristide aristides aristotelis arja arjun arkadiusz
arkady arleen arlen arlene arletta arlette arlie arlindo arline arman armand armande armando armas
armelle armen armida arminda armindo arnaldo arnar arne arnetta arni arnold arnoldo arnost arnulfo
aron arpad arpine arpit arrigo arron arsalan arsene arsenio arshad artem artemio artemisia arthit
arthur artie arto arttu artur arturo artyom arun aruna arunas arundhati arvi arvind arvo arwa
arwen aryan aryeh arzu asad asaf asantewaa asbjorn asel asep asgeir asgerdur asha ashely asher
ashish ashkan ashlee ashleigh ashley ashli ashlie ashly ashok ashot ashraf ashraful ashton
ashutosh ashwin ashwini asier asif asim askar asko aslam aslambek aslan aslaug asli asma asmaa
asmahan asmund assaf assia assunta aster astghik astrid asuka asuncion atefeh athanasios atieno
atif atli atsuko atsushi attila attilane attilio atul aubree aubrey aude audra audrea audrey
audrius audry audur augusta auguste augustin augustina augustine augustyn aulis auma aurea aurele
aurelia aureliano aurelie aurelien aurelio aurore ava avelina avery avi avinash avis avital aviva
avner avraham awa awilda awino awuor axel axelle ayaan ayaka ayako ayala ayana ayanda ayanna ayden
ayele ayelet ayesha ayhan aylin ayman aymane aymen aymeric aynur ayobami ayodele ayokunle ayomide
ayotunde ayoub ayse aysel aysha aysun ayumi ayush azadeh azamat azar azeem azhar aziz azizah
azizul azman azubuike azucena azzam azzeddine baaba babacar babajide babak babalwa babar babara
babatunde babette badia badr baerbel bahar bahareh bahija bahman bahram bakari bakary bakyt bala
balaji balakrishnan balazs balbina baldassarre baldomero baldur baltasar bambang bambi bamidele
banafsheh bankole banu baptiste baraa baraka barasa barb barbara barbel barbra barbro barnaba
barnabas barnabe barney barry bart bartlomiej bartolome bartolomeo bartosz baruch bashar bashir
basilio basim basma bassam bastian bastien batoul battista batya baudilio bayan bayu beata beate
beatrice beatrix beatriz beau beckett beckie becky bedrich begona begum behnam behrouz behzad
bekele bekim bekir bela belal belen belgin belia belinda belkacem bella belle belva ben bence
bendeguz benedek benedetta benedict benedicte benedicto benedikt benedita benedykt bengt benigno
benita benito benjamin bennett bennie benny benoit bente benvindo berangere berenice bergljot
bergur berhane berhanu berit berk berkay berna bernabe bernadeta bernadett bernadette bernadin
bernadine bernard bernarda bernardete bernardo bernd bernetta bernice bernie berniece bernita
berta bertalan bertha berthe bertie bertold bertram bertrand beryl beslan besnik bess bessie beth
bethan bethany bethel betsy bette bettie bettina betty bettye betul beulah beverlee beverley
beverly beyene beyza bhanu bharat bharath bharati bhaskar bhavana bhavesh bhavya bheki bhupinder
biagio bianca bianka bibiana bijan bikash bikram bilal bilel billie billy billye bimal binod
birdie birgir birgit birgitta birkir birna birte biruk birute bishnu bizunesh bjarki bjarni bjorg
bjorgvin bjorn blaine blaise blanch blanche blandine blanka blas blathnaid blaz blazej blazena
blazenka blerim boaz bob bobbi bobbie bobby bobbye bodil bogdan bogi boglarka bogumil bogumila
boguslaw boguslawa bohdan bohumil bohumila bojan bojana bolaji bolanle bolat boleslaw bong bongani
bongbong bongiwe bonifacio bonita bonnie bonny bopha bora borbala borek borghildur boris borislav
borje borys bostjan botond boualem boubacar bouchra boyoung bozena bozica bozidar brad bradley
bradly bragi brahim bram branca brandee branden brandi brandie brandon branimir branislav branka
branko brant braulio braxton brayden breanna breanne breda bree brenda brendan brendon brenna
brent brenton bret bretislav brett briac brian briana brianna brianne brice bridget bridgett
bridgette brielle brigette brigid brigida brigitta brigitte brijesh britany britni britt britta
brittani brittany brittney brittni broderick bronagh bronislaw bronislawa bronwen bronwyn bruce
bruna brunilda brunilde bruno bryan bryce brygida brynhildur brynja brynjar brynjolfur bryon buchi
budi buford buhle bujar bukola bulent bunmi burak burcu burl busisiwe busra bwalya byron byungho
caden cahya caio caitlin caitlyn caleb calixto callie callum calogero calum calvin camelia cameron
cami camila camilla camille camilo cammie candace candance candelaria candi candice candida
candido candie candis cansu caoimhe caprice capucine cara caren cari caridad carie carin carina
carine carissa carl carla carleen carlene carletta carline carlo carlos carlota carlotta carly
carlyn carma carman carmela carmelita carmella carmelo carmen carmine carmo carol carolann carole
carolee carolien caroline carolyn carolyne carolynn caron carri carrie carsten cary caryl caryn
carys casandra casey casie casimiro cassandra cassidy cassie cassio cataldo catalin catalina
catarina caterina catharine catherine cathi cathie cathleen cathrine cathryn cathy catina catrina
cayetano cecelia cecil cecila cecile cecilia cecily cecylia cedric cedrick celena celeste celestin
celestina celestine celestino celia celina celine celso cemal cengiz ceren cerise cerys cesar
cesare cesareo cesira cestmir ceyda cezar cezary chadi chadwick chafik chaim chaima chaitanya
chaiwat chakib chaminda chana chanda chandan chandni chandra chandran chandrasekhar chandrika
chanel changmin chantal chantel chantelle chanthou charalampos charissa charisse charla charleen
charlene charles charlette charley charlie charline charlotte charmaine charolette chas chasity
chastity chauncey chava chaya chebet cheick cheikh chelsey chelsie chepkemoi chepkoech chepkorir
cheri cherie cherifa cherise cherish cherly cherono cherri cherrie cheruiyot cheryl cheryle
chester chet chetan chiaki chiamaka chiara chibueze chibuike chibuzo chichi chidera chidi
chidiebere chidinma chidozie chidubem chie chiedu chiedza chigozie chiho chijioke chika chikondi
chima chimamanda chimaobi chin chinaza chinedu chinelo chinenye chinonso chinua chinwe chinyere
chioma chipo chiquita chirag chisom chitra chiyo chizoba chizoma chloe chokri chola chong chris
chrissy christa christal christel christelle christen christene christi christiana christiane
christie christin christina christine christl christoffer christoper christophe christopher
christos christy chrysoula chrystal chuka chukwudi chukwuebuka chukwuemeka chukwuka chukwuma
chukwunonso chulsoo chun chunhua chus cian ciara ciaran ciera cierra cigdem cihan cillian cinda
cindi cindy cinthia cintia cinzia ciprian cipriano cirila cirillo ciro cissoko clair claire clara
clare clarence claribel clarice clarissa clarisse claud claudete claudette claudia claudie
claudina claudine claudinei claudio claudiu clayton clelia clemence clemente clementina clementine
cleo cleofe cleopatra cleta cletus clifford clifton clint clinton clodagh clorinda clotaire
clothilde clotilde clovis clyde cody colby coleen colette colin coline colleen collen collette
collin colm colombe colton conall conceicao concetta conchita connie connor conor conrado
consolata constantin constantino consuela consuelo cora coralie coraline corazon cordelia cordell
coreen corene corentin coretta corey cori corie corina corine corinna corinne corliss cormac
cornel cornelia cornelio cornelis cornelius cornell corrado corrie corrina corrine cortney cory
cosimo cosme cosmin costantino costanza costel costin courtney coy craig crisanto crista cristal
cristi cristian cristiane cristin cristina cristine cristobal cristoforo cristopher cristy csaba
csanad csenge csilla csongor ctibor curt curtis cvetka cyndi cynthia cyprien cyrielle cyril cyrus
cythia czeslaw daan daehyun dafna dafydd dagbjort dagmar dagmara dagny dagoberto dagur dahlia
daichi daiki dainius daire daisey daisuke daisy daithi daiva dalal dalia dalibor dalila dalimil
dalit dalma damaris damaso damian damiano damien damilola damion damir damjan damon dan dana
danelle danette dani dania danial danica daniel daniela daniele daniella danielle danijel danijela
danilo danita danna dannie dannielle danny dante danut danuta danyelle daoud daphine daphne dapo
dara darci darcie darcy dardan darell daren daria darine darinka dario darius dariush dariusz
darko darla darleen darlene darline darnell daron darragh darrel darrell darren darrick darrin
darron darryl darya daryl dauren dave davey davi david davida davide davina davit davor davorin
davoud davy dawid dawit dawna dayle dayna deana deandra deandre deangelo deann deanna deanne
debashish debbi debbie debbra debby debi debora deborah debra debrah debroah declan dedra deeann
deena deepa deepak deepika deepti defne deidra deidre deirdre dejan delana delbert delfim delfin
delfina delia delilah delinda delisa della delma delmar delmer delois delora delores deloris
delphia delphin delphine delwar demarcus demba demet demetra demetria demetrio demetrius dena
deneen denes denice denis denisa denise denita dennis dennise denny denys deolinda deon dereje
derek derick dermot derrick derya desa desanka deshawn desiderio desirae desiree desmond despina
dessie detre devendra devi devin devona devora dewayne dewey dexter dganit dhan dhananjay
dharmendra dhruv diaa diamante dian diana diane diann dianna dianne diarmuid dick didem didier
diego dieter digna dijana dilara dilek dilip dilma dima dimas dimitra dimitri dimitrios dimitris
dina dinah dinara dinesh dinis dinko dino diogo dion dione dionigi dionisio dionne dipak dipika
dirk divina divya dixie djalma djamel djamila djibril dmitri dmitriy dmitry dmytro doaa dobromila
dobroslaw doerte dohyun dollie dolly dolores domagoj domenic domenica domenico dominga domingas
domingo dominic dominick dominik dominika dominique dominque dona donal donald donatella donatien
donato dong donghyun dongmei dongwon dongwook donita donna donnacha donnell donnie donny donte
dora dorathy dorcas doreen dorene doretha dori dorian doriana doriane dorinda dorine doris dorota
dorotea dorotha dorothea dorothee dorothy dorottya dorris dorte dortha dorthe dorthea dorthy
dottie douaa doug douglas douglass dov dovie dragan dragana dragica drago dragos drahomira driss
drita dror drucilla drusilla duane duarte duc dudu duilio dulce dumisani dumitru dunja duong durga
duro dusan dusana dusko dustin duygu dwain dwayne dwight dylan eamon eamonn earle earlean earlene
earline earnest earnestine eartha ebba ebele ebere eberhard eboni ebony ebrahim ebru ebuka
echezona eckhard ed eda edda eddie eddy edelmira edeltraud edgar edgard edgardo edgars edie
edilson edin edina edith ediz edmee edmilson edmond edmund edmundo edna edoardo edouard edson
eduarda eduardo edvin edward edwardo edwige edwin edwina edyta edythe eemeli eero eetu eeva effie
efigenia efisio efraim efrain efrat efren efua egidijus egidio egill egle egor eha ehab ehsan ehud
eija eiji eiko eila eileen eilidh eilis eimear einar einat eino eirik eirikur eirini eitan ejaz
ejike ekaterina ekene ekkehard ekong ekow ekua eladio elaheh elaina elaine elana elayne elazar
elba elbert elcin elda elden eldon eldora elea eleanor eleanora eleanore elease eleftherios elek
elemer elena eleni elenor elenora eleonora eleonore eleri eleuterio elfriede elham eli elia elian
eliana eliane elias elicia elida elie eliezer eligio elijah elin elina elinborg eline elinor elio
elis elisa elisabet elisabete elisabeth elisabetta elisangela elise eliseo elisha eliska elissa
eliyahu eliza elizabeth elizbeth elizebeth elke ella ellen ellert elli ellie elliot elliott
ellsworth ellyn elma elmer elmeri elmira elmo elna elnaz elnora elodia elodie eloisa eloise
elouise eloy elroy elsa elsbeth elsie elton elva elvar elvera elvi elvia elvie elvin elvira elvire
elvis elwira elwood elyse elza elzbieta emad eman emanuel emanuele embla emeka emelia emeline
emenike emer emerenziana emeric emese emeterio emiko emil emile emilee emilia emiliano emilie
emilien emilio emily emin emina emine emma emmanouil emmanuel emmanuelle emmett emmi emmie emmitt
emmy emna emogene emory emrah emre emyr enamul encarnacion endang ene enea enedina eneida enes
engracia enid eniko enitan enoch enola enric enrico enrique enriqueta ensio enver enyinnaya enza
enzo eoghan eoin epifanio epp erasmo ercan ercole erdal erdem erdogan erez erhan eric erica erich
erick ericka erik erika erin erja erkan erkki erla erlene erlinda erlingur erma ermanno ermelinda
erminia erna ernest ernesta ernestina ernestine ernesto ernie erno erol errol ersilia ersin
ertugrul ervin erwan erzsebet esa esin eskinder esmail esmee esmeralda espen esperanza esra essam
essie esta esteban estefania estela estell estella estelle ester esther esti eszter etelka etenesh
ethan ethel ethelyn ethyl etienne etsuko etta ettore euan eudes eufemia eugen eugene eugenia
eugenie eugenio eula eulalia eulalie eulogio eun eunha eunhee eunice eunji eunjung eusebia eusebio
eustaquio eva evalyn evan evandro evangelia evangelina evangeline evangelos evaristo evelia
eveliina evelina eveline evelyn evelyne everaldo everett everette everly everton evette evgeni
evgenia evgeniya evgeny evie evon evonne evrard evzen ewa ewan ewelina ewen eyal eydis eyerusalem
eyjolfur eythor ezekiel ezequiel ezgi ezinne ezra fabian fabiana fabiano fabien fabienne fabio
fabiola fabrice fabrizia fabrizio facundo fadi fadia fadime fadumo fadwa fadzil faezeh fahad fahd
fahima fahrudin faisal faiza faizal faizan fajar fallon fanette fannar fanney fanni fannie fanny
fanta faouzi farah farahnaz farai fares farhad farhan farhana fariba farid farida faridah farideh
farnaz farouk farouq farrah farrukh farshad faruq farzad farzaneh fatemeh fatih fatiha fatima
fatimah fatma fatos fatou fatouma fatoumata fausta faustin faustina faustine faustino fausto fawad
fawaz fawn fawzi faye fayrouz fayza fazlul fedele federica federico fedor feifei fela felecia
felica felice felicia feliciano felicie felicien felicita felicitas felicite felicja feliks felipa
felipe felisa felisha felix felton femke ferdinand ferdinando ferenc ferencne fereshteh fereydoun
fergal fergus ferhat feride ferit fermin fernan fernand fernanda fernande fernando ferne ferran
ferruccio feryal fethi feyi ffion fiacre fiammetta fidel fidelia figen fiifi fikile fikret fikru
filiberto filip filipa filipe filippo filiz filomena fina finlay finnian fintan fiona fionn
fionnuala fiorella fiorenza fiorenzo firas firdaws firmin firmino fitri fjola flaminia flamur
flavia flaviana flavie flavien flavio fleur florance florante flore florencia florencio florene
florentin florentina florentino florestan florian floriane florin florinda florine flossie floy
floyd folake folasade folashade folke fonda forough fortunato fortune fosca foteini fotis fouad
foulques fozia fran franca frances francesca francesco francine francis francisca francisco
franciszek franck franco francois francoise frane franjo frank frankie franklin franklyn frantisek
frantiska frauke fred freda freddie freddy frederic frederica frederick fredericka frederico
frederik frederique fredia fredric fredrick fredrik freeda frehiwot freida freya freyja frida
fridrik fridrika frieda friederike friedhelm friedrich fritz froilan frosti fruzsina fryderyk fuad
fulgencio fulop fulvia fulvio fumi fumiko fumio funda fungai funke funmi funmilayo furio furkan
fyodor gabby gabe gabino gabor gabriel gabriela gabriele gabriella gabrielle gabrijela gael gaelle
gaetan gaetane gaetano gagan gagik gaia gail galeazzo galen galih galina galit gamal gamze ganesh
garegin gareth garfield garnett garret garry garth gary gaspar gaspard gaspare gaston gathoni
gatluak gaudenzio gaurav gautam gautham gauthier gauti gautier gavin gayane gayatri gaye gayla
gayle gaylord gaynell gayoung gbemisola gbenga gebre gede gedeon gediminas geert geeta geetha geir
gela gellert gelsomina geltrude gema gemma gena genaro genet genevieve genival gennady gennaro
genoveva genowefa geoff geoffrey geoffroy george georgene georges georgetta georgette georgi
georgiana georgianna georgie georgina georgine georgios georgy geraint gerald geralda geraldine
geraldo geralyn gerard gerardo gerd gerda gerdur gergely gerhard gerlinde germain germaine germana
germano geronimo gerri gerrit gerry gersende gershon gertie gertrud gertruda gertrude gertrudis
gervaise gervasio gestur getachew gethin getnet gevorg geza ghada ghaith ghalia ghasem ghassan
ghazal ghazi gheorghe gherardo ghislain ghizlane gholam ghulam gia giacinta giacinto giacomo
giancarlo gianfranco gianluca gianmarco gianmaria gianna gianni giannis gianpaolo gideon giedre
gigliola gijs gila gilad gilbert gilberto gilda gili gilles gillian gilson gina ginesa ginette
ginevra ginny gino gintaras gints gioacchino gioconda gionata giordano giorgi giorgia giorgio
giorgos giosue giovanna giovanni giovannino girish girma girolamo gisela gisele giselle gislaine
gisli gita gitonga gitte giuditta giulia giuliana giuliano giulio giunone giuseppe giuseppina
giusto gizella gizem gjergj gladis glady gladys glenda glendora glenn glenna glennis glinda gloria
glyn gocha godefroy godofredo goffredo gohar gokhan golam golda goldie golnaz goncalo gontran
gonul gonzalo gopal gopalakrishnan goran gordana gordon gorka goro gosta gottfried gottlieb
goulven govind gowri graca graciano gracie graciela gracjan graham graig grainne granville grazia
graziano graziella grazyna greg gregg gregoire gregoria gregorio gregory greice greta gretchen
gretta grigor grigori grigoris grigory grimur griselda grit grover gruffydd grzegorz gualtiero
guang gudbjorg gudbrandur gudfinna gudjon gudlaug gudlaugur gudmundur gudni gudny gudridur gudrun
gudveig guendalina guenter guglielmo gugu guido guifang guilhem guilherme guillaume guillermina
guillermo guiomar guislain guiying gulay gulcan gulden guled guler gulnara gulnaz gulsen gulshan
gulsum gulzar gun gunawan gunhild gunilla gunnar gunter gunther guntis gunvor guohua guoqiang
gurdeep gurmeet gurpreet gus gussie gustaf gustav gustave gustavo gustaw gusztav guttormur gwen
gwenael gwenaelle gwendal gwendoline gwendolyn gwyn gwyneth gyanendra gylfi gyorgy gyula haakon
habib habibollah habibur hacer hachem hadar hadas hadassah hadeel hadi hadrien hae hafdis hafeez
hafida hafiz hafsa hafsteinn hafthor hager haidar haidy haile hailey hailu haim haitao haitham
haiyan hajar hajime hajnalka hajrudin hakan hakob hakon hala haleh halil halima halina halla
hallbera halldor halldora hallgerdur hallie hallur hallvard halszka haluk halvor hamad hamdi hamed
hamid hamida hamideh hamidou hamidreza hamish hamisi hamoud hampus hamsa hamza hanako hanan hanane
hande haneul hanga hani hania hanife hank hanna hannah hanne hanneke hannele hannelore hannes
hannu hans haoran haoyu haralambos harald haraldur hardik hari harini haris harish harlan harland
harold haroldo haroon harpa harper harpreet harri harriet harriett harriette harry harsha harshad
hartmut hartono haru haruka haruki haruko haruto harvey hasan hashem hasina haslinda hasmik hasna
hasnaa hassan hassiba hatem hatice hattie haukur havar havard havva hayat haydee hayden hayk
hayley haywood hazem heather heba hector hedda hedi hedinn hedvig hedvika hedwig heejin heide
heidi heidrun heike heikki heiko heimir heino heinrich heinz heitor helder heledd helen helena
helene helga helge helgi heli helina helio heliodoro helle hellen helmi helmut heloisa heloise
hely hema hemant hemlata hemmi hend hendra hendrik hendrika henk henna henning henri henrietta
henriette henrik henrike henrique henriqueta henry henryk henryka heraclio herb herbert hercilia
herdis heriberto herlinda herman hermance hermann hermelinda hermenegildo hermina hermine herminia
hernan herschel hershel herve hettie hiba hicham hideaki hideki hideko hideo hideto hieronim hieu
higinio hikari hilaire hilario hilary hilda hilde hildegard hildur hilja hilkka hilla hillary
hillel hilma hilmar himanshu hina hind hipolito hippolyte hiram hiroaki hiroko hiromi hironori
hiroshi hiroto hiroyuki hirut hisashi hisham hitesh hitomi hitoshi hjalmar hjalti hjordis hlynur
hoai hoang hobert hoda hodan holger holli hollie holly homa homer hongmei hongwei honorata honore
honorine honorio hooman horacio hordur horia hormoz horst hortencia hortense hortensia hosni
hossein houda houria houshang houssam houssem hovhannes howard hoyt hrafn hrafnhildur hrafnkell
hrefna hreinn hripsime hronn hrund hrvoje huba hubert huberte huda hudson huey hugh hugo hugues
huguette hulda hulya humaira humayun humberto huong husain huseyin hussain hussam hussein huw huy
hyacinthe hyejin hyeon hyman hynek hyun hyunjin hyunju hyunsoo hyunwoo iacopo iain ian iara ibolya
ibrahim ibrahima ibtisam ibukun ichiro ida idalia idalina idan idell idella idil idit ido idris
idrissa iesha ieuan ife ifeanyi ifeanyichukwu ifeoma ifeyinwa ifrah iftikhar ifunanya iga igino
ignac ignacia ignacio ignacy ignazio igor ihab iheanacho iida iina iiris iiro ijaz ijeoma ijezie
ikechukwu ikedi ikemefuna ikenga ikenna iker ikram ilan ilana ilari ilaria ilario ilda ildefonso
ildiko ileana ilene ilham ilhan iliana ilias ilidio ilija ilir ilka ilker ilkka ilma ilmari ilona
ilonka ilpo ilse ilta ilya ilyas ilyes ilze imad iman imane imani imants imelda imen immacolata
imogen imogene impi imran imre imtiaz ina inacio inam inas inbal indira indra indre indrek indu
ines inese inez inge ingeborg ingegerd ingela inger ingi ingibergur ingibjorg ingimar ingo
ingolfur ingrid ingthor ingunn ingvar inho iniobong inka inkeri inmaculada inna inocencio intissar
ioan ioana ioanna ioannis iola iolanda iolo iona ione ionut ipek ippolito iqbal ira iracema iraj
irakli irem iren irena irene irenee ireneusz irfan iria irina irineu irini irisz irit irja irma
irmeli irmgard irmina irum irving irwan iryna isa isaac isabeau isabel isabela isabell isabella
isabelle isaiah isaias isak isam isamu isao isaura isaure isela iseult ishaan ishan ishaq ishita
isiah isidore isidoro isidro isilda isis isla islam isleifur ismael ismail ismet isotta isreal
issa issac issam isto istvan itai italo itamar itay itoro itsuki itzel itzhak itziar iulian iva
ivan ivana ivanka ivano ivars iveta ivete ivett ivette ivica ivo ivone ivonne ivory iwan iwo iwona
iyabo izabela izabella izsak izumi izzat jaafar jaakko jaan jaana jaap jaber jabir jabu jabulani
jacalyn jace jacek jachym jacinta jacinthe jacinto jacira jack jackeline jacki jackie jacklyn
jackson jaclyn jacob jacobo jacobus jacopo jacque jacquelin jacqueline jacquelyn jacques jacquline
jacqulyn jacquot jada jadran jadranka jadwiga jae jaehyun jaemin jaewon jafar jagan jagdish jagoda
jahanara jahangir jahanzeb jai jaime jaimie jair jakab jake jakob jakobina jakov jakub jalal jale
jaleh jalila jama jamaal jamal jamar jame jamel james jameson jamey jami jamie jamil jamila jammie
jamshid jana janae janaina jandira jane janeen janel janell janelle janene janessa janet janeth
janett janetta janette janey janez jani janice janie janika janina janine janis janita janka janna
janne jannette jannie janos janusz jaqueline jared jarek jari jarkko jarmila jarmo jarod jaromir
jaromira jaroslav jaroslava jaroslaw jaroslawa jarred jarrett jarrod jasim jasmin jasmina jasmine
jasna jason jasper jaswinder jatin jaunita javad javed javier javiera jawad jaxon jaxson jaya
jayant jayanta jayanth jayanti jayden jayesh jaylen jayme jayne jayson jazmin jazmine jean jeana
jeane jeanetta jeanette jeanie jeanine jeanna jeanne jeannette jeannie jeannine jeannot jed
jedrzej jeferson jeff jefferey jeffery jeffrey jeffry jehan jejomar jelena jelimo jen jena jenell
jenelle jenette jeni jenifer jeniffer jenine jenise jenna jennefer jennette jenni jennie jennifer
jenniffer jenny jeno jens jepchirchir jepkosgei jerald jeraldine jeramy jere jeremi jeremiah
jeremias jeremy jeri jerilyn jerker jermaine jernej jeroen jerold jerome jeromy jeronimo jerrell
jerri jerrie jerrod jerrold jerry jerzy jesenia jesica jesper jess jesse jessenia jessi jessica
jessie jette jettie jewell jhun jiahui jianguo jianhua jianjun jianmin jianping jiawei jiayi jide
jieun jihad jihan jihoon jihye jill jillian jim jimena jimin jimmie jimmy jin jina jindrich
jinping jinwoo jinyoung jiri jirina jiro jitendra jitka jiwon jiwoo jiyoung joachim joakim joan
joana joanie joann joanna joanne joao joaquim joaquin jocelyn jochen jodee jodi jodie jody joe
joel joelle joellen joerg joergen joesph joetta joey joffrey johan johana johann johanna johannes
john johnathan johnathon johnetta johnie johnna johnnie johnny joi joke joko jokull jolan jolanda
jolanka jolanta joleen jolene jolenta jolie jolynn jomar jon jona jonah jonas jonathan jonathon
jonell jonelle jonghyun jongin joni jonina jonna jonnie joona joonas joost jordana jordane jordi
jordon jorg jorge jorgen joris jorja jorn jorundur jose josef josefa josefin josefina joselia
joselyn josep joseph josephe josephina josephine josette josh joshua josiah josiane josie josip
joslyn jospeh josselin josseline josue jouda jouko jouni jovan jovana jovelyn jovita joyce
joycelyn joye joze jozef jozefa jozica jozsef juan juana juanita jucara jude judi judicael judie
judit judite judith judson judy juergen juha juhani juho jukka julcsa jules juli julia julian
juliana juliane juliann julianna julianne juliano julie julien julienne juliet julieta juliette
julio juliska julissa julita julitta julius juliusz juma jumoke junaid jung jungho jungkook
jungsoo junho junhyung junichi junichiro junjie junko junseo juozas juraj jurate jure jurgen juris
jussara jussi justin justina justine justino justo justyn justyna jutta juuli juuso juvenal jyoti
jyotsna jyrki kaan kaapo kaarina kaarlo kacey kaci kacie kacper kadek kader kadiatou kadir kadri
kaede kagiso kaija kaiju kailash kainat kaino kairat kais kaisa kaisu kaitlin kaitlyn kaiwen kaja
kajal kajetan kajsa kala kalervo kalev kalevi kali kalina kalju kalle kalliopi kalman kalpana
kaltoum kalyan kamal kamala kamarul kamau kambiz kamel kami kamil kamila kamilia kamlesh kamran
kamrul kanako kanayo kanchan kandace kandi kandice kandy kanji kanya kaori kaoru kara karan
karanja kareem karel karen karey kari karie karim karima karin karina karine karissa kariuki karl
karla karlene karlheinz karol karola karolina karoly karolyn karon karren karri karrie karsten
karthik kartik karyn kasandra kasey kashif kaspars kasper kasperi kassandra kassie kata katalin
katarina katarzyna katayoun kate katelyn katerina kathaleen katharina katharine katherin katherine
kathern katheryn kathi kathie kathleen kathlene kathlyn kathrin kathrine kathryn kathryne kathy
kathyrn kati katia katica katie katina katinka katja katri katriina katrin katrina katsuhiko
katsumi katsuo kattie katy kauko kauno kaushik kaveh kavita kavitha kavya kawtar kayden kaye kayla
kaylee kayleigh kaylene kayode kazimiera kazimierz kazue kazuhiko kazuhiro kazuki kazuko kazumi
kazuo kazuto kazuya kazuyuki kebede kecia keely keenan kees keesha kehinde keigo keiichi keiji
keijo keiko keila keira keisha keisuke keita keith kelechi keli kellee kelley kelli kellie kelly
kellye kelsey kelsie kemal ken kende kendra kenechukwu keneth kenichi kenisha kenji kenna kennedy
kenneth kennith kenny kenta kentaro kenton kenyatta kenyetta kenza kenzie kenzo kerem keren keri
kermit kerri kerrie kerry kersti kerstin kerttu kesha keshia kestutis ketan ketevan ketill ketut
keven kevin keyvan kgomotso khadidja khadija khadijeh khadra khady khairul khaldoun khaled khaleda
khalid khalifa khalil khalissa khanh khanyi khatuna khawla khaya khethiwe khoa khosrow khouloud
khurram kia kian kianoush kiara kibet kidane kidist kielo kiera kieran kiesha kieth kiira kiley
kilian killian kim kimani kimber kimberely kimberlee kimberley kimberli kimberly kimiko kimmo
kimmy kindra kinga kinsley kip kipchoge kiplagat kiprono kiprop kiptoo kira kiran kirill kirk
kirsi kirsten kirsti kirstin kirti kisha kishore kishwar kitti kittisak kiyoko kiyoshi kizzy
kjartan kjell kjetil klara klas klaudia klaus klemen klemens kleopatra knox knut kobi kobina kobra
kodwo koech koen kofi kohei koichi koji kojo kolade kolawole kolbeinn kolbrun komang kondwani
konrad konsta konstantin konstantina konstantinos konstanty koray korey kori kornel kornelia kory
kosal kosisochukwu kostas kosuke kota kourosh kourtney kraig kresimir kreso kris krishna krishnan
krista kristal kristan kristbjorg kristel kristen krister kristi kristian kristie kristiina
kristin kristina kristine kristinn kristjan kristleifur kristo kristof kristofer kristoffer
kristopher kristrun kristy kristyn kristyna krisztian krisztina kriti kruno krystal krystian
krystiana krystle krystof krystyn krystyna krzysztof ksenia kseniya kubra kuda kudzai kufre
kullervo kum kumar kumara kumiko kunal kunio kurt kurtis kveta kwabena kwadwo kwaku kwame kwamena
kwangsoo kwasi kweku kwesi kyla kyle kylee kylian kylie kyllikki kym kyoko kyong kyosti kyra
kyriaki kyung kyunghee kyungmin kyungsoo
"""
"""Names that are hardly anything else."""
