"""First names of the world, in small letters without accents: data, no rules.

The commonest of the 1990 census of the United States (public domain), and common ones of other
languages.
"""

from __future__ import annotations

FIRST_NAMES = """\
aakash aaliyah aamir aarav aaron aarti aase abayomi abbie abby abdallah abdelaziz abdelhamid
abdelkader abdelrahman abdi abdirahman abdoulaye abdu abdul abdulaziz abdullah abdullahi
abdulrahman abdurrahman abeba abebe abena abeni abhay abhijit abhinav abhishek abigail abimbola
abina abiodun abiola abiy abla abosede aboubacar abraham abul achieng achilleas achim adaeze adam
adan adaobi addie addis adebayo adebola adedayo adedoyin adekunle adel adela adele adeleke adelina
adeline adem ademola adenike adeniyi adeola aderonke adesina adetokunbo adewale adeyemi adhiambo
adil adina aditi aditya adjoa adnan adolfo adolph adrian adriana adrianne adrienne adwoa afi
afolabi afonso afsaneh afua agatha agim agnes agneta agus agustin ahmad ahmed ahmet aicha aida
aidan aidar aiden aigerim aija aikaterini aile aileen aimee ainhoa aino aisha aissatou aiste aitor
aivar ajani ajay ajit akash ake akhil akhmat akhmed akihiro akiko akinola akinwale akinyi akira
akos akosua akoth akram akshay akshaya akua akunna akwasi alaa alain alan alana alasdair alastair
alba albert alberto albin alden aldo alecia alejandra alejandro aleksandar aleksander aleksandr
aleksey alemayehu alene alenka alessandra alessandro alessia aletha alex alexander alexandra
alexandre alexandros alexandru alexei alexey alexis alfie alfonso alfred alfreda alfredo algirdas
alice alicia alikhan alina aline alireza alisa alisha alison alissa alistair allan allen allene
allie allison allyson alma almas almaz alok alonzo alphonse alphonso alta althea alton altynai
alvar alvaro alvin alvina alyce alyona alyson alyssa amadou amaka amal amalia amanda amani amar
amara amarachi ambo ameen amelia amelie amie amin amina aminah aminata amir amira amirhossein amit
amita amitabh amjad amnon amol amos amparo amr amrit amrita amy ana anahit anais analyn anand
ananya anas anastasia anastasios anastasiya anatoliy anatoly anayo anchalee anders anderson andi
andile andras andre andrea andreea andrei andrej andreja andres andrew andrey andris andriy andrus
andrzej andy anele angela angelia angelica angeliki angelina angeline angelique angelita angelo
angie aniko anil anirudh anisa anisur anita anja anjali anjan anke ankit ankita ankur ann anna
annabelle anne annegret anneke anneli annelie anneliese annemarie annemiek annetta annette annie
annika annmarie anong anouk anshul antanas anthony antionette antje antoine antoinette anton
antonella antonia antonio antonios antonis antony ants antti antwan anu anuj anuli anup anupam
anuradha anurag anush anusha anwar anwen anyango aoife apinya apiyo apolline apoorva apostolos
apti aqsa araba araceli araksya aram arash arben archana archie ardeshir arezoo ari arianna arief
arieh ariel arif arindam aristotelis arjun arkady arleen arlene arline arman armand armando armen
arne arni arnold arnulfo aron arpad arpine arpit arron arsalan arshad artem arthit arthur arto
artur arturo artyom arun aruna arunas arundhati arvind arvo arwen aryan aryeh arzu asad asaf
asantewaa asbjorn asel asep asha asher ashish ashkan ashlee ashleigh ashley ashok ashot ashraf
ashraful ashutosh ashwin ashwini asier asif asim askar aslam aslambek aslan aslaug asli asma asmaa
asmund assaf aster astghik astrid asuka atefeh athanasios atieno atif atsuko atsushi attila atul
aubree aubrey audra audrey audrius augusta augustine auma aurelia aurelie aurelio ava avery avi
avinash avis avital aviva avner avraham awa awino awuor axel axelle ayaan ayaka ayako ayala ayana
ayanda ayden ayele ayelet ayesha ayhan aylin ayman aymen aynur ayobami ayodele ayokunle ayomide
ayotunde ayoub ayse aysel aysha aysun ayumi ayush azadeh azamat azar azeem azhar aziz azizah
azizul azman azubuike azzam baaba babacar babajide babak babalwa babar babatunde badr baerbel
bahar bahareh bahman bahram bakari bakary bakyt bala balaji balakrishnan balazs bambang bamidele
banafsheh bankole banu baptiste baraka barasa barb barbara barbel barbra barbro barnabas barney
barry bart barton baruch bashar bashir basim basma bassam bastien batya bayu beata beate beatrice
beatriz beau beckett becky begona begum behnam behrouz behzad bekele bekim bekir bela belgin
belinda bella belle ben bence bengt benita benito benjamin bennett bennie benny benoit bente
berhane berhanu berit berk berkay berna bernadette bernadine bernard bernardo bernd bernice bernie
berniece berta bertha bertie beryl beslan besnik bess bessie beth bethan bethany betsy bette
bettie bettina betty bettye betul beulah beverley beverly beyene beyza bhanu bharat bharath
bharati bhaskar bhavana bhavesh bhavya bheki bhupinder bianca bijan bikash bikram bilal billie
billy bimal binod birdie birgit birgitta birte biruk birute bishnu bizunesh bjorn blaine blair
blake blanche blathnaid blaz blazenka blerim boaz bob bobbi bobbie bobby bodil bogdan boglarka
bojan bojana bolaji bolanle bolat bong bongani bongbong bongiwe bonita bonnie bopha bora borbala
boris borislav borje borys bostjan boubacar bouchra boyd boyoung bozena brad bradford bradley
brady bram branden brandi brandie brandon branislav branka branko braxton brayden breanna breda
brenda brendan brent bret brett brian briana brianna brianne bridget bridgett bridgette brielle
brigitte brijesh britt britta brittney brock bronagh bronislaw bronwen bronwyn bruce bruna bruno
bryan bryant bryce bryon buchi budi buford buhle bujar bukola bulent bunmi burak burcu burt burton
busisiwe busra bwalya byron byungho caden cahya caio caitlin caitlyn caleb callie callum calum
calvin cameron camila camilla camille candace candice candida cansu caoimhe capucine cara caren
carey cari carissa carl carla carlene carlo carlos carlotta carlton carly carmela carmelita
carmella carmelo carmen carmine carol carole carolien caroline carolyn carrie carroll carson
carsten cary caryn carys casandra casey cassandra cassie catalin catalina catarina caterina
catherine cathleen cathrine cathryn cathy catrina cecelia cecil cecile cecilia cedric celeste
celestine celia celina celine cemal cengiz ceren cerys cesar ceyda cezary chadwick chaim chaima
chaitanya chaiwat chaminda chana chanda chandan chandni chandra chandran chandrasekhar chandrika
changmin chantal chantel chanthou charalampos charla charlene charles charley charlie charlotte
charmaine chasity chava chebet cheick cheikh chelsey chepkemoi chepkoech chepkorir cheri cherie
cherono cheruiyot cheryl chester chetan chiaki chiamaka chiara chibueze chibuike chibuzo chichi
chidera chidi chidiebere chidinma chidozie chidubem chie chiedu chiedza chigozie chiho chijioke
chika chikondi chima chimamanda chimaobi chinaza chinedu chinelo chinenye chinonso chinua chinwe
chinyere chioma chipo chirag chisom chitra chiyo chizoba chizoma chloe chola chong chris chrissy
christa christal christen christi christiane christie christin christina christine christl
christoffer christophe christopher christos christy chrysoula chrystal chuka chukwudi chukwuebuka
chukwuemeka chukwuka chukwuma chukwunonso chulsoo chunhua cian ciara ciaran cigdem cihan cillian
cindi cindy cintia cinzia ciprian cissoko clair claire clara clare clarence clarice clarissa clark
claudette claudia claudine claudiu clayton clemence clementine cleo clifford clifton clint clinton
clodagh clyde cody colby coleen coleman colette colin colleen collin colm conall concetta connie
connor conor conrad constantin consuelo cora coralie corazon corentin corey cori corina corine
corinne cormac cornel cornelia cornelis cornelius cornell corrine cortney cory cosmin costel
costin courtney coy craig crisanto cristian cristiane cristina cristy csaba csilla curt curtis
cynthia cyril cyrus czeslaw daan daehyun dafna dafydd dagmar dagny daichi daiki dainius daire
daisuke daisy daithi daiva dalal dalia dalibor dalit dalma dalton damian damien damilola damir
damon dan dana danette danial danica daniel daniela danielle danilo danna danny dante danut daoud
daphne dapo dara darcy dardan daren daria darius dariush dariusz darko darla darlene darnell
darragh darrel darrell darren darrin darryl darya daryl dauren dave davey davi david davide davis
davit davor davoud dawit dayna deana deandre deann deanna deanne debashish debbie debby debora
deborah debra declan deena deepa deepak deepika deepti defne deidra deidre deirdre dejan delbert
delia delilah della delma delmar delois delores deloris delphine delwar demba demet demetria
demetrius dena denes denice denis denise dennis denny denys dereje derek derick dermot derrick
derya desiree desmond despina dessie devendra devi devin devora dewayne dewey dexter dganit dhan
dhananjay dharmendra dhruv dian diana diane diann dianna dianne diarmuid dick didem didier diego
dieter dilara dilek dilip dimas dimitra dimitrios dimitris dina dinah dinara dinesh dino diogo
dion dionne dipak dipika dirk divina divya dixie djibril dmitri dmitriy dmitry dmytro doaa doerte
dohyun dollie dolly dolores domenico dominga domingo dominic dominick dominik dominique dona donal
donald donghyun dongmei dongwon dongwook donna donnacha donnell donnie donny donovan dora doreen
doretha dorian doris dorota dorothea dorothy dorris dorte dorthe dorthy dottie doug douglas dov
doyle dragan dragana drago dragos drita dror duane duarte duc dudley dudu dumisani dumitru duncan
duong durga dusan dusko dustin duygu dwayne dwight dylan eamon eamonn earle earlene earline
earnest earnestine ebba ebele ebere eberhard ebony ebrahim ebru ebuka echezona eckhard ed eda
eddie eddy edeltraud edgar edgardo edgars edith ediz edmond edmund edna edoardo edson eduardo
edvin edward edwardo edwin edwina edyta edythe eero eeva effie efraim efrain efrat efren efua
egidijus egill egle egor eha ehsan ehud eija eiji eiko eileen eilidh eilis eimear einar einat eino
eirik eirikur eirini eitan ejaz ejike ekaterina ekene ekkehard ekong ekow ekua elaheh elaine
elazar elba elbert elcin elda eldon eleanor eleanore eleftherios elena eleni eleonora eleri
elfriede elham eli elia eliane elias elida eliezer elijah elin elina elinor elio elis elisa
elisabeth elisabetta elisangela elise eliseo elisha elissa eliyahu eliza elizabeth elke ella ellen
ellie elliot elliott ellis elma elmer elmo elnaz elnora elodie eloisa eloise eloy elsa elsbeth
elsie elton elva elvia elvin elvira elvis elwood elyse elzbieta emad eman emanuel emanuele emeka
emenike emer emerson emery emese emiko emil emile emilia emilie emilio emily emin emine emma
emmanouil emmanuel emmett emory emrah emre emyr enamul encarnacion endang ene enes enid eniko
enitan enric enrico enrique enyinnaya enzo eoghan eoin epp ercan erdal erdem erdogan erez erhan
eric erica erich erick ericka erik erika erin erkan erkki erla erlinda erma erna ernest ernestina
ernestine ernesto ernie erol errol ersin ertugrul ervin erwan erwin erzsebet esa esin eskinder
esmail esmee esmeralda espen esra essam essie esteban estela estella estelle ester esther esti
eszter etenesh ethan ethel etienne etsuko etta ettore euan eugen eugene eugenia eugenie eugenio
eula eunha eunhee eunice eunji eunjung eva evan evangelia evangelina evangeline evangelos evelyn
everett everette everly everton evgeni evgenia evgeniya evgeny ewa ewan ewen eyal eyerusalem
ezekiel ezgi ezinne ezra fabian fabiana fabiano fabien fabio fabrice fabrizio fadi fadime fadumo
fadzil faezeh fahad fahd faisal faiza faizal faizan fajar fannie fanny fanta farah farahnaz farai
fares farhad farhan farhana fariba farid faridah farideh farnaz farouk farrukh farshad faruq
farzad farzaneh fatemeh fatih fatiha fatima fatimah fatma fatos fatou fatoumata fawad fawzi faye
fazlul federica federico fedor feifei fela felecia felicia felicita felipe felix femke ferdinand
ferenc fereshteh fereydoun fergal fergus ferhat feride ferit fernanda fernando ferran feyi ffion
fidel figen fiifi fikile fikru filip filipe filippo filiz filomena finlay finnian fintan fiona
fionn fionnuala fiorella fitri flamur flavia flavio fleur florante florian florin florine flossie
floyd folake folasade folashade folke forough foteini fotis fouad fozia fran frances francesca
francesco francine francis francisca francisco franciszek franco francois francoise frank frankie
franklin frauke fred freda freddie freddy frederic frederick frederik fredrick fredrik freeman
frehiwot freida freya freyja frida frieda friederike friedhelm friedrich fritz fuad fumi fumiko
fumio funda fungai funke funmi funmilayo furkan fyodor gabby gabe gabor gabriel gabriela gabriele
gabriella gabrielle gael gaelle gaetano gagan gagik gaia gail galen galih galina galit gamal gamze
ganesh garegin gareth garland garrett garry garth gary gaston gathoni gatluak gaurav gautam
gautham gauthier gavin gayane gayatri gayla gayle gayoung gbemisola gbenga gebre gede gediminas
geert geeta geetha geir gela gena genaro genet genevieve gennady gennaro geoff geoffrey george
georgette georgi georgiana georgina georgios georgy geraint gerald geraldine geraldo gerard
gerardo gerd gerda gerdur gergely gerhard gerlinde germaine gerrit gerry gershon gertrud gertrude
getachew gethin getnet gevorg geza ghada ghasem ghassan ghazal ghazi gheorghe ghislain gholam
ghulam giacomo giancarlo gianfranco gianluca gianna gianni giannis gianpaolo gideon giedre gijs
gila gilad gilbert gilberto gilda gili gilles gilson gina ginevra ginny gino gintaras gints giorgi
giorgia giorgio giorgos giovanna giovanni girish girma gisela gisele gita gitonga gitte giulia
giulio giuseppe giuseppina gizem gjergj gladys glenda glenn glenna gloria glyn gocha gohar gokhan
golam goldie golnaz goncalo gonul gonzalo gopal gopalakrishnan goran gordana gordon gorka goro
gosta gottfried gottlieb govind gowri gracie graciela grady graham grainne grazia graziella
grazyna greg gregg gregoire gregorio gregory greta gretchen grigor grigori grigoris grigory
griselda grit grover gruffydd grzegorz guang gudbjorg gudmundur gudny gudrun guenter gugu guido
guifang guilherme guillaume guillermina guillermo guiying gulay gulcan gulden guled guler gulnara
gulnaz gulsen gulshan gulsum gulzar gun gunawan gunhild gunilla gunnar gunter gunther guntis
gunvor guohua guoqiang gurdeep gurmeet gurpreet gus gussie gustaf gustav gustavo gwen gwendolyn
gwyn gwyneth gyanendra gyorgy gyula haakon habib habibollah habibur hacer hadar hadas hadassah
hadeel hadi hafeez hafiz hafsa haidar haile hailu haim haitao haitham haiyan hajar hajime hajnalka
hakan hakob hala haleh haley halil halima halina halla halldor hallgerdur hallie hallvard haluk
halvor hamad hamdi hamed hamid hamideh hamidreza hamish hamisi hampus hamza hanako hanan hanane
hande haneul hani hanife hanna hannah hanne hanneke hannelore hannes hannu hans haoran haoyu
haralambos harald hardik hari harini harish harlan harold haroon harper harpreet harri harriet
harriett harris harrison harry harsha harshad hartmut hartono haru haruka haruki haruko haruto
harvey hasan hashem hasina haslinda hasmik hassan hatice hattie haukur havar havard havva haydee
hayden hayk hayley heather hector hedda hedvig hedwig heejin heide heidi heidrun heike heikki
heiko heino heinrich heinz heitor helder heledd helen helena helene helga helge helgi helle helmut
hema hemant hemlata hendra hendrik hendrika henk henning henrietta henrik henrike henrique henry
henryk herbert heriberto herman hermann herminia herschel hershel herve hester hiba hicham hideaki
hideki hideko hideo hideto hieu hikari hilary hilda hilde hildegard hildur hilkka hillary hillel
hilmar himanshu hina hind hiram hiroaki hiroko hiromi hironori hiroshi hiroto hiroyuki hirut
hisashi hisham hitesh hitomi hitoshi hjalmar hjalti hjordis hoai hoang hoda hodan holger hollie
hollis holly homa homer hongmei hongwei hooman hordur horia hormoz horst hortencia hossein houda
houshang hovhannes howard hrafnhildur hripsime hubert huda hudson hugh hugo hugues hulda hulya
humaira humayun humberto huong husain huseyin hussain hussein huw huy hyejin hyeon hyunjin hyunju
hyunsoo hyunwoo iain ian iara ibolya ibrahim ibrahima ibtisam ibukun ichiro ida idan idil idit ido
idris idrissa ieuan ife ifeanyi ifeanyichukwu ifeoma ifeyinwa ifrah iftikhar ifunanya ignacio igor
ihab iheanacho ijaz ijeoma ijezie ikechukwu ikedi ikemefuna ikenga ikenna iker ikram ilan ilana
ilaria ildiko ilene ilham ilhan ilias ilir ilker ilkka ilmari ilona ilse ilya ilze imad iman imane
imani imants imelda imen imogen imogene imran imre imtiaz ina inam inbal indira indra indre indrek
indu ines inese inez inge ingeborg ingegerd ingela inger ingi ingibjorg ingo ingolfur ingrid inho
iniobong inmaculada inna ioan ioana ioanna ioannis iola iolo iona ione ionut ipek iqbal ira iraj
irakli irem irena irene irfan irina irini irit irja irma irmgard irum irvin irving irwan irwin
iryna isa isaac isabel isabela isabell isabella isabelle isaiah isak isamu isao ishaan ishan ishaq
ishita isiah isidro isla islam ismael ismail issa issac issam istvan itai itamar itay itoro itsuki
itzel itzhak itziar iulian iva ivan ivana ivanka ivars ivette ivo ivone ivory iwan iwona iyabo
izabela izumi izzat jaakko jaan jaap jaber jabu jabulani jace jacek jack jackie jacklyn jackson
jaclyn jacob jacobus jacqueline jacquelyn jacques jacquline jadranka jadwiga jaehyun jaemin jaewon
jafar jagan jagdish jahanara jahangir jahanzeb jai jaime jair jake jakob jakub jalal jale jaleh
jama jamal jamar jame jamel james jameson jami jamie jamila jamshid jana jane janel janell janelle
janet janette janez janice janie janine janis janna jannie janos janusz jaqueline jared jarek jari
jarmo jaromir jaroslav jaroslaw jarrett jarrod jasmin jasmine jasna jason jasper jaswinder jatin
javad javed javier jaxon jaxson jaya jayant jayanta jayanth jayanti jayden jayesh jaylen jayme
jayne jayson jean jeanette jeanie jeanine jeanna jeanne jeannette jeannie jeannine jeferson jeff
jeffery jeffrey jeffry jejomar jelena jelimo jen jena jenifer jenna jennie jennifer jenny jeno
jens jepchirchir jepkosgei jerald jeremiah jeremy jeri jerker jermaine jernej jeroen jerome jerri
jerrod jerry jerzy jesper jess jesse jessica jessie jette jewell jhun jiahui jianguo jianhua
jianjun jianmin jianping jiawei jiayi jide jieun jihoon jihye jill jillian jim jimena jimin jimmie
jimmy jindrich jinping jinwoo jinyoung jiri jiro jitendra jitka jiwon jiwoo jiyoung joachim joakim
joan joana joanie joann joanna joanne joao joaquim joaquin jocelyn jochen jodi jodie jody joe joel
joelle joerg joergen joesph joey johan johanna johannes john johnathan johnathon johnie johnnie
johnny joke joko jolanda jolanta jolene jomar jon jona jonas jonathan jonathon jonghyun jongin
joni joost jordi jorg jorge jorgen joris jorja jorn jose josef josefa josefin josefina josep
joseph josephina josephine josette josh joshua josiah josiane josie josip josue jouni jovan jovana
jovelyn joyce joze jozsef juan juana juanita judi judit judith judy juergen juha juhani juho jukka
julcsa jules julia julian juliana julianne juliano julie julien juliet juliette julio julius
juliusz juma jumoke junaid jung jungho jungkook jungsoo junho junhyung junichi junichiro junjie
junko junseo juozas jurate jurgen juris jussara jussi justin justina justine justyna jutta jyoti
jyotsna kaan kaarina kadek kadiatou kadir kadri kaede kagiso kailash kainat kairat kaisa kaitlin
kaitlyn kaiwen kaja kajal kajsa kalervo kalev kalevi kalju kalle kalliopi kalman kalpana kalyan
kamal kamala kamarul kamau kambiz kamel kamil kamila kamlesh kamran kamrul kanako kanayo kanchan
kanji kanya kaori kaoru kara karan karanja kareem karel karen kari karim karima karin karina
karine kariuki karl karla karlheinz karol karolina karoly karrie karsten karthik kartik karyn
kasey kashif kaspars kasper katalin katarina katarzyna katayoun kate katelyn katerina katharina
katharine katherine katheryn kathi kathie kathleen kathrin kathrine kathryn kathy katie katina
katja katrin katrina katsuhiko katsumi katsuo katy kauko kaushik kaveh kavita kavitha kavya kayden
kaye kayla kaylee kayleigh kayode kazimierz kazue kazuhiko kazuhiro kazuki kazuko kazumi kazuo
kazuto kazuya kazuyuki kebede keely kees kehinde keigo keiichi keiji keiko keira keisha keisuke
keita keith kelechi kelley kelli kellie kelly kelsey kemal ken kendall kendra kendrick kenechukwu
kenichi kenji kennedy kenneth kennith kenny kenta kentaro kenzie kenzo kerem keren keri kermit
kerri kerrie kerry kersti kerstin kestutis ketan ketevan ketill ketut kevin keyvan kgomotso
khadija khadijeh khadra khady khairul khaled khaleda khalid khanh khanyi khatuna khawla khaya
khethiwe khoa khosrow khurram kian kianoush kibet kidane kidist kieran kieth killian kim kimani
kimberlee kimberley kimberly kimiko kimmo kimmy kinga kinsley kipchoge kiplagat kiprono kiprop
kiptoo kira kiran kirby kirill kirk kirsi kirsten kirti kisha kishore kishwar kitti kittisak
kiyoko kiyoshi kjartan kjell kjetil klara klas klaus klemen knox knut kobi kobina kobra kodwo
koech koen kofi kohei koichi koji kojo kolade kolawole kolbeinn komang kondwani konrad konstantin
konstantina konstantinos koray kosal kosisochukwu kostas kosuke kota kourosh kris krishna krishnan
krista kristal kristel kristen krister kristi kristie kristiina kristin kristina kristine kristjan
kristof kristoffer kristopher kristy krisztian krisztina kriti krystal krystian krystle krystyna
krzysztof ksenia kseniya kubra kuda kudzai kufre kumar kumara kumiko kunal kunio kurt kurtis kveta
kwabena kwadwo kwaku kwame kwamena kwangsoo kwasi kweku kwesi kyle kylian kylie kyllikki kyoko
kyriaki kyunghee kyungmin kyungsoo lacey lachlan lachlann ladan ladi ladonna laetitia laima lajos
lakeisha lakesha lakisha lakshman lakshmi lale laleh lalit lalita lamar lamia lamiaa lamine lana
landon lanny lanre lara larissa larry lars lasantha lashawn lashonda lasith lasse laszlo latanya
latasha latha latifa latisha latonya latoya latrice laura lauren laurence laurent lauretta lauri
laurie lavanya lavern laverne lavinia lavonne lawanda lawrence laxman laxmi layla lazaro lea leah
leandro leann leanna leanne lech leeann leela leelo leena lefteris leif leigh leighton leila lekan
lela leland lelia lemlem lemma lemuel lena lenka lennart lenora lenore leo leola leon leona
leonard leonardo leonel leonid leonie leonor leonora leopoldo leora leota lerato leroy lesa lesedi
lesley leslie lessie lestari lester leszek letha leticia letitia letizia lettie levan levent
levente levi levon lewis lexi leyla liam liaquat libby lidia lidija lieke liesel lieselotte ligia
lihua liina liisa lijuan lila lili lilia lilian liliana lilit lilja lillian lillie lilly lily
limbani limor lina linas linda lindiwe lindsay lindsey linnea linus linwood lionel lior liora
liping lis lisa lisanne lisbeth liviu liz liza lizzie ljiljana ljubica lleucu llewellyn lloyd loes
logan logi loic lois lokesh lola lolita lon lona lonnie lora loraine lorant loredana loren lorena
lorene lorenza lorenzo loretta lori lorie lorna lorraine lorri lorrie lotanna lothar lotta lotte
lottie louella louie louis louisa louise lovisa lowell lowri loyd loyiso luan luana luann luay
lubna lubomir lubos luc luca lucas lucia lucian luciana luciano lucie lucien lucile lucille
lucinda lucio lucretia lucy ludmila ludmilla ludovic ludvig luella luigi luis luisa luiz luiza
lukas lukasz luke lula lulit luminita lungelo lungile lupe lura lusine luthando luther luuk
luzviminda lwazi lydia lyle lyn lynda lynette lynn lynne lynnette lyubov lyudmila maaike maame
maarika maarit maarten maayan mabel mable maciej mack mackenzie maddalena madeleine madeline
madelyn madge madhav madhavi madhu madhuri madis madison madoka madonna mads mae mael maelle maeva
maeve magda magdalena magdolna maggie magnus magomed maha mahad mahbub mahdi mahela mahendra maher
mahesh mahfuz mahin mahinda mahmood mahmoud mahmut mahnaz mahsa mahshid mahyar maija maike maiko
mairead maite maja majed majid majken maka makayla makeda makena makiko makoto maksim maksym
malachy malak malcolm malee malgorzata malik malin malinda malini malissa malka mallory malo malte
mamadou mamie mamoru mamta mamuka mamun manabu manal manan manana mandana mandeep mandi mandla
mandy manfred mangesh manik manish manisha manju manjula manmohan manoj manolis manon manouchehr
mansour mantas manuel manuela mara marat marc marceau marcel marcelino marcella marcelo marci
marcia marcie marcin marcio marco marcos marcus marcy mareike marek maren margaret margareta
margarete margarito margaux margery margherita margie margit margo margot margret marguerite
margus maria mariam mariama marian mariana mariangela marianna marianne mariano maribel maribeth
maricarmen maricel maricela marie marieke marietta marija marijana marijke marika mariko marilou
marilyn marilynn marina marine mario marion maris marisa marisela marisol marissa marit marites
maritza marius mariusz marja marjan marjatta marjo marjorie marketa markku marko marla marleen
marlene marlies marlin marloes marlon marquita marsha marshall mart marta marten martha martijn
martin martina martine martins marton marty marva marvin marwa marwan mary maryam maryann maryanne
marybeth maryellen maryjane marylou maryna marzena masaaki masahiko masahiro masaki masako masami
masanori masao masaru masashi masato masatoshi masaya masayoshi masayuki masoud masoumeh
massimiliano massimo masumi matej mateo mateus mateusz mathew mathias mathieu mathilde mathis
matias matija matilda matilde matjaz mats matt matteo matthew matthias matthieu matthijs matti
mattia mattias mattie maud maude maudie maura maureen maurice mauricio maurine maurizio mauro
mavis maxime maximilian maximo maxine maya mayank mayme maynard mayowa mayra mayu mayuko mayumi
mayur mazen mbali mbanefo mbaye mbongeni mbugua mduduzi meagan mechthild meelis meena meenakshi
meera megan megha meghan megumi mehdi mehmet mehmood mehran mehrdad mehrnaz mehul mehwish meike
meiling meir meirav mekonnen melaku melanie melba melek meles melinda melisa melissa melker
mellisa mellissa melodie melva melvin menachem menahem mengyao menno merab merav meredith merete
meriem merike meritxell merja merle merlin merlinda meron merrill mert mervat merve mervin meryem
meseret mesfin meskerem mesut mete metka mette mfon mher mia micah michael michaela michail michal
michalis micheal michel michela michele michell michelle michiko michio mick mickey midori
mieczyslaw mieke mieko mieszko migdalia miguel miha mihaela mihai mihaly miho mihoko mika mikael
mikako mike mikel mikey mikhail mikkel mikko miklos mikolaj mikyung mila milad mildred milena
milica milind miljenko millard millicent millie milos milton mina minako minal mindaugas mindy
minerva mingming minho minji minjun minna minnie minoru minseok minsoo minsu mira miranda mircea
mireille mirela mirella mireya miri miriam mirja mirjam mirjeta mirko mirna miroslav miroslava
miroslaw misaki missy mitch mitchel mitchell mithun mitra mitsuko mitsuo mitsuru mitzi miwa miwako
miyako miyuki mizanur mizuki mladen moa modou modupe moe mofe mohamad mohamed mohammad mohammed
mohamud mohan mohini mohit mohsen moises mojca mojgan moji mojtaba mokhtar mollie molly momoka
momoko mona monica monika monique monir moniruzzaman monroe montse montserrat monty moraa morag
mordechai morena morgan moritz morris morten morteza morton morwenna moses mosharraf moshe mostafa
motiur motoko mouna mounir mourad moussa moustafa movladi moyo mozhgan mphatso mpho mridula
mubarak mubashir mudassar muge muhammad muhammed muireann mujahid mukesh mukul mulenga mulu
mulugeta muna munashe muneeb munir murali muralidharan murat muriel murilo murray murtaza musa
musharraf mushtaq mustafa mustapha mutale muthoni mutiso mutua muyiwa mwajuma mwanaisha mwangi
mwenda mwende mwikali mwila mykhailo mykola myles myra myrna myron myrthe myungsoo mzwandile naama
nabil nadav nadeem nadege nader nadezhda nadia nadine nadja naeem naftali nafula nagesh nagisa
nahid nahla naila naima najam najat najib najwa nalan naledi naliaka nalini namjoon namrata nanako
nanami nancy nandi nandini nandita nane nanette nanjala nanna nannie naoki naoko naomi naoto
narayan narayanan narek narendra naresh narges nargess narine narong naseem naser nasim nasima
nasir nasira nasra nasrin nasser natalia natalie natalija nataliya natan natasa natasha nate
nathalie nathan nathaniel natia natsuki natsuko natsumi nattaya natty nava naveed naveen navid
navneet nawal nawaz nayeli nazan nazanin nazar nazli nazmul nazri ndeye ndidi ndungu neal nebojsa
necati ned neel neelam neema neeraj neeta neetu negar negash negin neha neil nejc nekesa nelda
nell nellie nelly nelson nemanja nenad nengah nenita neo nerea nermin nermine nerys nesrin nesrine
nestor neta netta nettie neva nevaeh nevena nevin ngozi nguyet nhlanhla nhung niall niamh nicholas
nichole nick nickolas nicky nicola nicolae nicolas nicole nicoleta nicoletta nicolo nicusor nidal
niels nienke nigel nihal niharika nihat niina nika nikhil nikita nikki niklas niko nikola nikolai
nikolaos nikolay nikolett nikos nilay nilda nilesh nili niloofar niloufar nils nilufer nima
nimisha nina nino nir niraj niran nirit nirmal nirmala nisha nishant nissim nita nitesh nithya
nitin nitish nitza nizar njambi njeri njoroge nkechi nkem nkemdilim nkiru nkiruka nkosana
nkosinathi nnamdi nneka nnenna noa noah noam noboru nobu nobuhle nobuko nobuo nobuyuki noe noel
noelia noelle noemi noemie nok nokuthula nola nolan nomalanga noman nombuso nomfundo nompumelelo
nomsa nomvula nomzamo nona nonhlanhla nonso noor nooshin nora noraini norbert noreen norhayati
noriko norio noriyuki norma norman normand normunds norris nosipho nouf nour novita nqobile
nthabiseng ntombi nuala nuno nura nuray nurcan nurhaliza nuria nurit nurlan nursultan nurul nusrat
nuwan nwachukwu nwanneka nyambura nyasha nyokabi nyoman oana obaid obiageli obinna obioma oceane
ochieng octave octavia octavian octavio oddvar odell odessa odette odhiambo odile odion odongo
ofelia ofer ofir ofra ogbonna ogechi oguz oisin ojwang okafor okan okechukwu okey okezie okon
okoro okoth oksana okwudili ola olabisi oladapo oladele olaf olafur olamide olanrewaju olav olavi
olayinka oleg oleksandr oleksiy olena olga olha oliver olivia olivier olle olli ollie olof olov
olu olufemi olufunke olumide olumuyiwa olusegun oluseun olusola olutobi oluwaseun oluwatobi
oluwole oma omar omer omid omkar omolara omondi omotola omri ondrej onyango onyeka onyekachi
onyinye oonagh ophelia opiyo oralia orazio orhan oriol orit orla orlaith orly orna ornella orri
orsolya orville orvokki osagie osama osamu osaze oscar osk oskar osman osmo osnat ostap osten
osvaldo otar otavio othman otieno otilia otis ottmar otto ouma oumar oumou ousmane outi ove ovidiu
owain owen owino oxana oyinkansola oyvind ozan ozge ozgur ozkan ozlem paavo pablo padma padmini
padraic padraig paige paisley paivi pal palesa pall pallavi palle palli paloma pamala pamela pammy
panagiota panagiotis pankaj pansy paola paolo pape paraskevi parastoo paresh parham pari parisa
parker parsa parth parthasarathi parul parvaneh parvati parvin parviz pascale pasi pasquale
patrica patrice patricia patricio patrick patrik patrizia patsy patti pattie patty pau paul paula
paulette pauli paulina pauline paulo pavan pavel pavla pavlo pavlos pawan pawel payal payam
pearlie peder pedram pedro peeter pegah peggy pejman pekka pelin pelle penelope pentti pepijn
percy perlita pernille perrine perry pertti perttu pervaiz pervez petar pete peter petr petra
petre petri petro petronella petros petru petur peyman peyton phalla phat phil philip philippe
phillip phillis phindile phoebe phyllis pierluigi piero pierre piers piet pieter pietro pim pina
pinar pinchas piotr piret pirjo pirkko piroska pisey piyush plamen ploy pnina polat polly polona
pontus pooja poonam pooneh portia poul pouria pouya prabha prabhakar prabhu prabowo prachanda
prachi pradeep pradip prafulla prakash pramod pranav pranay pranee pranjal prasad prasanna prasert
prashant prashanth prateek pratibha pratik pratima praveen prayut preben predrag preethi preeti
prem premysl prerna pricilla priit primoz priscila priscilla prithvi priti priya priyanka
priyantha przemyslaw puja puji pule puneet punit purificacion purnima pushpa putu qais qaiser
qasim qiuyue quentin quincy quinn quinton quoc quratulain quyen quynh rabab rabia rabih rachael
racheal rachel rachelle rachid radek radha radhika radka radomir radoslav radoslaw radu rae rafael
rafaela rafal raffaele raffaella rafferty raffi rafia rafiq rafiqul raghav raghavendra raghu
raghunath ragna ragnar ragnheidur ragnhild raheleh rahim rahima rahmat rahul raija raimo raimonds
rainer raj raja rajan rajani rajat rajeev rajendra rajesh rajeshwari raji rajinder rajiv rajkumar
rajni raju rakesh ralph raluca ram rama ramakrishna ramakrishnan raman ramazan ramesh rami ramin
ramina ramiro ramon ramona ramya ramzan ramzi rana randal randall randell randi randolph randy
rani rania ranil ranjan ranjana ranjit raphael raquel rasa rasha rashid rashidi rashmi rasmus
ratan rathna ratko ratna raul ravi ravinder ravindra rawan raymond raymonde raymundo razak razieh
razvan reba rebeca rebecca rebekah recep reem reena reet refilwe refugio reggie regina reginald
regine regis rehan rehana rehema rehman reijo reiko rein reina reinaldo reiner reinhard reinhold
reka rekha remedios remi remus remy rena renae renan renata renate renato rene renee renita renu
renuka renzo reta retha reuben reut reva revathi reyhan reyna reynaldo reza rezaul rhea rhian
rhiannon rhoda rhodri rhona rhonda rhys riaz ricardo riccardo richa richard rick rickey rickie
ricky rigmor rigoberta rigoberto riikka riitta rik rika rikke riko riley rim rima rinat rini rita
ritesh rithy ritika ritu ritva rivka rizalina rizki rizky rizwan rizwana robbie robbin robby
robert roberta roberto roble robyn rocco rochelle rocio roderick rodger rodney rodolfo rodrick
rodrigo roel rogelio roger rogerio rohan rohini rohit roisin rok rokeya rokhaya roksana rola
roland rolando rolf romain romane romas romeo rommel romulo ron ronald ronaldo ronan ronda ronen
ronit ronja ronnie ronny roopa roos roosevelt roozbeh ropafadzo rory rosa rosalba rosalee rosalia
rosalie rosalind rosalinda rosalyn rosangela rosanna rosanne rosaura roscoe roseann roseanne
rosella rosemarie rosemary rosetta roshan roshni rosie rosita rosli roslyn rosmah ross rossella
rostam rostislav roswitha rotich rotimi rowena roxana roxanna roxanne roxie roy roya rozalia
ruairi ruaridh ruba rubel ruben rubin rubina ruchi ruchika rudi rudiger rudo rudolf rudolph rudy
ruediger rufus ruggero rui rukhsana ruksana runa rupa rupali rupesh ruqayya ruslan russ russel
russell rustam rut rutendo ruth ruthie ruud ruvimbo ruwan ruxandra ryan ryo ryoichi ryoji ryoko
ryosuke ryota ryszard ryu ryuichi ryuji saad saadet saara sabah sabin sabine sabir sabrina sachiko
sachin sadaf sadao sadegh sadhana sadia sadie saeed saeid safaa safiya saga sagal sagar saghar
sagi sagit sagun sahar sahil sahra saiful saima sajid sajida sakari saki sakiko sakine sakura
salahuddin saleem salehe salif salih salim sallie sally salma salman salvatore salwa sam samah
saman samaneh samantha samar samarth samatha sameer sameera samer sami samina samir samira sammie
sammy samnang samrawit samuel samuli sana sanaa sanath sanaz sandeep sander sandhya sandi sandip
sandor sandra sandrine sandro sanele sanford sangeeta sanghoon sangita sangwoo sanja sanjana
sanjay sanjeev sanjeewa sanjit sanjiv sanjog sankar sanna sanne santi santosh saoirse saori sapna
sara sarah sarala saranya saraswati sargis sari sarit sarita saroj sarojini sarolta sasa sasha
saskia satenik sathish satish satoko satomi satoru satoshi satsuki satu satya satyajit saul saule
saulius saundra saurabh sava savita savitri sawsan sayaka sayed sayuri scarlett scott scottie
seamus sean sebastian sebastien seda sedat sedef sedigheh seema segun seiichi seija seiji seiko
sekou selamawit selda selena selim selin selina selma semih semira semyon senait senem seojin
seojun seokjin seoyeon sepehr sepideh seppo serap sercan serdar serena sergei sergej sergey sergio
sergiu serhat serhiy serife serik serkan setareh seth setsuko seungho seunghyun sevda severine
sevgi sevil sevilay sevim seydou seyi seyma seymour seyoum shabana shabbir shabnam shadi shafiq
shafiqul shafqat shaghayegh shagufta shahab shahabuddin shahana shahbaz shahid shahida shahin
shahjahan shahla shahnaz shahram shahriar shahrul shahrzad shahzad shai shailaja shailendra
shailesh shaima shaimaa shaista shakeel shakil shakti shalini shamil shamim shamsul shana shanda
shane shani shankar shanna shannon shantanu shanthi shanti shapour sharad sharada shari sharifah
sharlene sharmila sharon sharron sharvari shashank shashi shaul shaun shauna shawn shawna shayla
shazia sheela sheena sheetal sheikh sheila shekhar shelby sheldon shelia shelley shellie shelly
shelton sheraz sheree sheri sherman sherri sherrie sherry sheryl shiela shiferaw shigeki shigeko
shigeo shigeru shikha shilpa shilpi shimon shingai shingo shinichi shinichiro shinji shinobu
shintaro shinya shinzo shiori shira shireen shirin shirley shirli shiro shiva shivani shizuka
shizuko shkelzen shlomit shlomo shmuel shoaib shobha shobhana shogo shohreh shoichi shoji shola
shonda shoshana shota shraddha shreya shreyas shrikant shruti shubham shubhangi shufen shuhei
shuichi shuji shun shunsuke shushan shuying shweta shyam shyamala siamak sian siavash sibel
sibongile sibusiso siddharth siddhartha sidney siegfried sieglinde sif sifiso sigal sigalit
sigmund sigmundur sigrid sigridur sigrun sigurd sigurdur siham silas silke silvana silvano silvia
silvija silvio silviu simbarashe simin simisola simiyu simon simona simone simphiwe sinan
sindisiwe sindre sinead sinikka siobhan siphiwe sipho sirajul siranush siriporn sirje sirkka
sirous sirpa sisay sissel sita siti sivan sixten siyabonga siyanda siyu sizwe sjoerd sjoukje
skender skylar skyler slamet slavica slavko slawomir slobodan smadar smita smriti sneha snezana
snorri socorro sofia sofie sofiya sohail sohan sohee soheil soheila sohrab soile sokha sokratis
solene soley solomon solveig somadina somayeh somchai somnath somsak somto somtochukwu sonal
sonali sonam sondra sondre songul sonia sonja sonya soojin soonja sooyoung sophal sopheap sophia
sophie soraya sorcha soren sorin sorina soroush sota sotiris soufiane souleymane soumaya soumya
sourav sousan soyoung spela spencer spyridon spyros srdjan srey sridevi sridhar srikanth srinivas
srinivasa srinivasan sriram sruthi stacey staci stacie stacy staffan stan stanislav stanislava
stanislaw stavros stavroula stefan stefania stefanie stefano steffan steffi steinunn stelios
stellan steluta stepan stephan stephane stephanie stephen steve steven stevie stewart sthembiso
stian stig stijn stina stjepan stu stuart sture subaru subbu subhash subira subodh subramaniam
subramanian subrata suchada sudarshan sudeep sudha sudhakar sudhir sufia sufyan sugandha sugeng
suha suhair suharto sujata sujatha suji sujin sukarno sukru sulaiman sulastri suleiman suleyman
sultan sultana sumaira suman sumana sumiko sumin sumit sumita suna sunanda sunarto sundar sundari
sunder sungho sunghoon sungjin sungmin sunhee sunil sunisa sunita sunkanmi sunniva supaporn
suparman supriyadi suraj surasak surekha suren surendra suresh surinder surya suryanto susan
susana susann susanna susanne sushant sushil sushila sushma susie susilo susumu sutrisno suzan
suzanne suzette suzie svante svava svea svein sveinn sven sverre svetlana sviatoslav swapna
swapnil swarna swathi swati swen syafiq sybil sybille syed sylvain sylvester sylvestre sylvia
sylviane sylvie synnove szabolcs szilard szilvia szymon tabassum tabatha tabitha tadao tadashi
tadej tadesse tadeusz tadhg taehyung taewoo taeyang tafadzwa tage taha tahereh tahir tahira
tahmina taichi taiki taina taisto tajul takahiro takako takao takashi takayuki takehiko takeo
takeru takeshi takudzwa takumi takuya talat talia tamar tamara tamas tamaz tameka tamela tamer
tamera tamerlan tami tamika tamiko tammi tammie tammy tamra tamrat tana tanaka taner tanguy tania
tanisha tanja tanmay tanuja tanushree tanveer tanvi tanvir tanya tapani tapio tapiwa tara taraneh
taras tarek tarik tariku tariq tarja tarmo taro tarun taryn tasha taslima tasos tatenda tatiana
tatjana tatsuo tatsuro tatsuya tatyana tawana tawanda tayfun taylor tayyab tebogo ted teddy teemu
tegan teija tejas tejaswini tekle temilola temitope temur tendai tengiz teodor teppo tera terence
teresa teresita tereza terhi teri terje tero terra terrance terrell terrence terri terrie terry
teruo tesfa tesfaye tess tessa tessie tetiana tetsuo tetsuro tetsuya teun tewodros thabang thabiso
thabo thad thaddeus thais thaksin thanasis thandeka thandi thandiwe thato thelma themba thembi
theo theodora theodore theodoros theresa therese theresia theron thiago thibault thibaut thien
thierry thijs thilini thilo thinh thoa thodoris thoko thomas thor thora thorbjorn thordur thore
thorir thorsteinn thorsten thuan thulani thuong thuraya thurman thushara thuy tia tiago tiara
tiberiu tibor tidiane tiernan tiffani tiffany tigist tigran tihomila tihomir tiina tiit tiiu
tijmen tikva tilahun tilda tillie tilly tilo tim timea timmy timo timofey timothee timothy timur
tina tinashe tinatin tineke tinotenda tiril tirunesh tisha titilayo titouan tiziana tjasa tjeerd
tobechukwu tobenna tobias toby tochukwu todd toivo toju tokiko tolga tom tomas tomasa tomasz tomer
tomilola tomislav tommaso tommi tommie tommy tomoaki tomohiro tomoki tomoko tomomi tomos tomoya
tomoyuki tonderai toni tonia tonje tony tonya toomas topi tor torbjorn tore torgny tori torill
torquil torstein torsten toru torunn toshi toshiaki toshihiko toshihiro toshiko toshio toshiro
toshiyuki touseef tova tove toyin tracey traci tracie tracy traian trausti traute trent treva
trevor tricia triin trilok trina trine trinh trish trisha tristan troels trond trude trudy truman
trung truong trupti truus tryggvi trygve tsegaye tsehay tshepo tsubasa tsuneo tsutomu tsuyoshi
tucker tudor tugba tuija tulay tulin tulsi tumelo tuncay tuomas tuomo turgut turid tushar tuti
tuula tuulikki tuva tuyen tuyet twila tyler tyrone tyson tzipi tzipora tzvi uba uchechi uchechukwu
uchenna uday udi udo udoka ufuk ugo ugochi ugochukwu ugonna ugur ujjwal ukamaka uldis ulf ulises
ulla ulle ulrich ulrike ultan ulysses umair umang umar umberto umer umesh unai unal unathi unn
unni unnur upendo upendra upul urban uriel urmas urmila ursa ursula urszula urve usama usha usman
uta ute utkarsh uttam uwe uyen uzi uzma uzoamaka uzochi uzoma vaclav vadim vadym vahan vahe vahid
vaibhav vaida vaino vaishali vaishnavi vakhtang valarie valbona valdas valdir valdis valdo
valentin valentina valentyna valeria valerie valerio valeriu valeriy valery valgerdur valon valter
valtteri valur vance vandana vanessa vangelis vani vanja vardan varsha vartan varun varvara vasant
vasanth vasanthi vasco vasil vasile vasileios vasiliki vasilis vasiliy vasily vasudevan vasudha
vasyl vaughn veasna veda veena veera vegard veijo veikko veiko veli velma venkat venkata venkatesh
venkateswara venu vera verda vered verena vern verna vernell vernice vernon veronica veronika
veronique vesa vesna vesta vibha vicente vicki vickie vicky victor victoria vida vidar vidhi vidya
vidyasagar viet vigdis viggo vignesh vija vijay vijaya vijayalakshmi vikas vikash vikram vikrant
viktor viktoria viktoriya vilde vilhelm vilhjalmur viliam ville vilma vilmos vimal vimala vinay
vinaya vinayak vince vincent vincenzo vineet vineeta vinicius vinita vinod violeta viorel viorica
vipin vipul virag viraj virendra virgie virgil virgilio virgina virginie vishal vishnu vishwanath
vit vitalii vitaliy vitaly vito vitor vittorio vivek vivian viviana viviane vivien vlad vladan
vladimir vladislav vlado vlasta vojislav vojtech volkan volker volodymyr vonda vuk vuong vusi
vusumuzi vuthy vyacheslav vytautas waclaw wael wafa wafaa wafula wagner waheed wahyu wairimu
waithera wajid wajiha wakana waldemar waleed walid wallace walter walther waltraud wambui wanda
wandile wangari wangui wanida wanjala wanjiku wanjiru wanyama waqar waqas warren warsame waseem
wasim wati wawan waweru wayan waylon wayne weimin weiwei weldon wendell wendi wendy wenhua wenjie
wenjing weronika wesley whitney wichai widad widodo widya wiebke wieslaw wieslawa wilbert wilbur
wilburn wilda wiley wilford wilfred wilfredo wilfried wilhelm wilhelmina willa willard willem
willemijn william williams willie willis willy wilma wilmer wilson wim winfred winfried winifred
winnie winona winston wissam witold wladyslaw wlodzimierz wojciech wolfgang wolfram wondimu wonho
woodrow woojin worku wouter wulan wyatt wyn xavi xavier xenophon xiao xiaodong xiaofeng xiaohong
xiaohui xiaojun xiaoli xiaoling xiaoming xiaoping xiaowei xiaoyan ximena xinyi xinyu xiomara
xiulan xiuli xiuying xola xolani xueying yaa yaakov yacouba yael yafa yaffa yahya yair yalda
yamikani yamini yana yanga yaniv yann yannick yannis yanping yanti yanto yaping yara yared yaron
yaroslav yasaman yasar yasemin yash yashar yashwant yasin yasir yasmeen yasmin yasmina yasmine
yasser yassine yasuhiro yasuko yasuo yasushi yasuyuki yavuz yawa yayoi yegor yehoshua yehuda
yehudit yeji yejin yekaterina yele yelena yeliz yeonwoo yerlan yesenia yeshi yetunde yevgeny
yevhen yifan yigael yigal yigit yihan yijun yildiz yilmaz yingluck yinka yisrael yitzhak ylva yoav
yochanan yocheved yodit yoel yogesh yogita yohannes yoichi yoji yoko yolanda yolande yomi yonas
yonatan yongjun yoona yoonji yoram yori yosef yoshiaki yoshie yoshihiro yoshiki yoshiko yoshimi
yoshinori yoshio yoshiro yoshito yoshiyuki yosra yossi yosuke yota yotam young younghee youngho
youngja youngmin youngsoo youngsook younis yousef yousra youssef youssouf yrjo yuanyuan yudai
yudhi yufei yuhan yuichi yuichiro yuina yuji yuka yukari yukihiro yukiko yukio yuko yulan yuli
yulia yuliya yuma yumei yumi yumiko yuna yunfei yuni yunus yuqing yuri yuriko yuriy yury yusei
yusra yusuf yusuke yuta yutaka yuto yutong yuuki yuval yuxin yuxuan yuya yuzuki yvan yves yvette
yvonne zach zachary zachery zack zafar zafer zaheer zahid zahida zahra zahurul zaid zainab zainal
zak zala zane zanele zara zarina zartosht zaruhi zaur zawadi zayd zayden zaynab zbigniew zdenek
zdenka zdravko zdzislaw zeeshan zeev zehava zehra zeinab zeki zelalem zelda zeliha zelim zelimkhan
zeljka zeljko zella zelma zenebe zewde zeyad zeynep zhengyi zhigang zhihao zhihui zhijun zhila
zhiqiang zhiwei zhiyong zhiyuan zia ziad ziaur ziba ziga zigmas zihan zikora zineb zinhle zita
ziva zixuan ziyanda ziyi zlatko zodwa zoe zoey zofia zohra zohreh zoi zoila zola zolani zoltan
zoraida zoran zorica zsigmond zsofia zsolt zsuzsa zsuzsanna zubair zuberi zubeyde zubin zukiswa
zulfiqar zulfiya zulkifli zurab zuzana zvi zvonimir øyvind
"""
"""Names that are hardly anything else."""
