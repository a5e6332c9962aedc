"""First names of the world, L to Z, in small letters without accents: data, no rules.

The commonest of the 1990 census of the United States (public domain), and common ones of other
languages.
"""

from __future__ import annotations

FIRST_NAMES_L_Z = """\
lacey lachlan lachlann laci lacie ladan ladi ladislao ladislav ladislava ladonna laercio laetitia
lahcen lai laila laima lais lajos lakeisha lakesha lakeshia lakisha lakshman lakshmi lale laleh
lalit lalita lalli lamar lambert lamberto lamees lamia lamiaa lamine lana landolfo landon lanette
lani lanita lanny lanre laquita lara larae larhonda lari larisa larissa larry lars larue lasantha
lashanda lashawn lashonda lashunda lasith lasse laszlo latanya latasha latha laticia latifa
latisha latonia latonya latoria latosha latoya latrice latricia latrina lauha laura laure laureano
laureen laureline lauren laurence laurene laurent lauretta laurette lauri lauriane laurie laurinda
laurine lauryn lavada lavanya lavern laverna laverne lavina lavinia lavon lavonda lavonne lawana
lawanda lawerence lawrence laxman laxmi layla lazare lazaro lazzaro lea leah leana leandra leandre
leandro leann leanna leanne leatha leatrice lech leda leea leeann leeanne leela leelo leen leena
leesa leevi lefteris leif leifur leigh leighton leila leilani leisa lejla lekan lela leland lelia
lemlem lemma lemmikki lempi lemuel lena lenard lenka lenke lenna lennart lennie lenny lenora
lenore leo leocadia leocadie leokadia leola leon leona leonard leonarda leonardo leoncio leone
leonel leonid leonida leonie leonor leonora leontine leopold leopolda leopoldine leopoldo leora
leos leota leovigildo lera lerato leroy lesa lesedi lesia leslaw leslee lesley lesli leslie lessie
lestari lester leszek letha leticia letitia letizia letterio lettie letty levan levent levente
levi levon lewis lexi leyla lia liam liana liane liaquat libby libera liberata libertad libor
libuse licia licinio lidia lidiane lidija lieke liesel lieselotte ligia lihua liina liisa lijuan
lila lili lilia lilian liliana liliane lilianna lilit lilja lilla lillian lillie lilou lily
limbani limor lina linas linda lindiwe lindsay lindsey lindy linette linnea linnie lino linsey
linus linwood lionel lior liora liping lis lisa lisandro lisanne lisbeth lise lisette lissa
lissette lita livia livio liviu liz liza lizabeth lizbeth lizette lizzie ljerka ljiljana ljotur
ljubica ljubo lleucu llewellyn lloyd loane loes logan logi loic loick loida lois lokesh lola
lolita lon lona longin loni lonna lonnie lonny lora loraine lorand lorant lore loredana loredano
loree loreen lorelei loren lorena lorene lorenza lorenzo loretta lori loriane lorie lorinda lorine
loris lorna lorraine lorretta lorri lorrie lotanna lotfi lothar lotta lotte lottie louane louann
louay loubna louella louie louis louisa louise louisette loup lourenco louvenia lovie lovisa lovro
lowell lowri loyce loyd loyiso luan luana luann luanne luay lubica lubna lubomir lubor lubos luc
luca lucas luce lucette lucia lucian luciana luciano lucie lucien lucienne lucija lucila lucile
lucilla lucille lucina lucinda lucio lucius lucja lucjan lucrecia lucretia lucrezia lucy lucyna
ludek ludivine ludmila ludmilla ludovic ludovica ludovico ludovique ludvig ludvik ludwik ludwika
lue luella luigi luigia luigina luis luisa luisella luisina luiz luiza lujain lujza luka lukas
lukasz luke lula lulit lumi luminita lungelo lungile lupe lupita lura lurdes lurline lusine lutfi
luthando luther luuk luvenia luzia luzinete luzmila luzviminda lwazi lyda lydia lydie lyla lyle
lyman lyn lynda lyndon lyndsay lyndsey lynette lynn lynne lynnette lynwood lyse lysiane lyubov
lyudmila maaike maali maame maaret maaria maarika maarit maarten maayan mabel mable macarena
macario machelle macie maciej maciek mackenzie macy madalena madaline madalyn maddalena madeleine
madeline madelyn madge madhav madhavi madhu madhuri madie madis madoka madonna mads mae maegan
mael maelle maelys maeva maeve mafalda magali magalie magaly magda magdalena magdalene magdolna
maggie magni magnus magomed maha mahad mahbub mahdi mahela mahendra maher mahesh mahfuz mahin
mahinda mahmood mahmoud mahmud mahmut mahnaz mahsa mahshid mahyar maida maija maiju maike maikki
maiko mailis maini mainio maira maire mairead maisa maissa maite maja majda majed majid majken
majorie maka makayla makeda makena makiko makoto maksim maksym maksymilian malachy malak malcolm
malcom malee malek malena malgorzata malia malik malika malin malinda malini malisa malissa malka
mallory malo malte malvina malwina mamadou mamie mammie mamoru mamta mamuka mamun manabu manal
manan manana mandana mandeep mandi mandla mandy manfred manfredi mangesh manik manish manisha
manju manjula manlio manmohan manoel manoj manolis manolo manon manouchehr mansour mantas manuel
manuela manuelle mar mara maram maranda marat marc marceau marcel marcela marcelina marceline
marcelino marcell marcella marcelle marcellin marcellina marcello marcellus marcelo marci marcia
marcial marciano marcie marcin marcio marco marcos marcus marcy mareike marek maren margaret
margareta margarete margarett margaretta margarette margarite margarito margaux marge margeir
margeret margery margherita margie margit margo margorie margot margret marguerite margurite
margus maria mariah mariam mariama marian mariana mariangela mariann marianna marianne mariano
maribel maribeth marica maricarmen maricel maricela maricruz marie marieke mariel mariela mariella
marietta mariette marija marijana marijke marika mariko marilee marilene marilia marilina marilou
marilyn marilyne marilynn marin marina marinalva marine marinko marino mario marion maris marisa
marisela marisol marissa maristella marit marita marites maritza mariuccia marius mariusz marja
marjaana marjan marjana marjatta marjeta marjo marjolaine marjorie marjory marjukka marjut marketa
markita markku marko markus marla marleen marlena marlene marli marlies marlin marlo marloes
marlon marlyn marlys marna marni marnie marouane marquerite marquita marry marsha marshall mart
marta marten martha marthe marti martial martijn martin martina martine martinho martinien martins
marton martta martti marttina marty martyna marva marvin marwa marwan mary maryam maryann maryanne
marybeth maryellen maryjane maryjo maryla marylee marylin marylou marylyn maryna marzanna marzena
marziale masaaki masahiko masahiro masaki masako masami masanori masao masaru masashi masato
masatoshi masaya masayoshi masayuki masoud masoumeh massimiliana massimiliano massimo masumi matea
matej mateja matelda mateo mateus mateusz matevz mathew mathias mathieu mathilda mathilde mathis
mathurin matias matija matilda matilde matjaz matleena mato mats matt matteo matthew matthias
matthieu matthijs matthildur matthis matti mattia mattias mattie matus matyas matylda maud maude
maudie mauno maunu maura maureen mauri maurice mauricette mauricio maurine maurizio mauro maurycy
mavis maxie maxime maximilian maximiliano maximilien maximino maximo maxine maya mayada mayank
mayara maybelle mayeul mayme mayowa mayra maysa mayu mayuko mayumi mayur mazen mazie mbali mbanefo
mbaye mbongeni mbugua mduduzi meagan meaghan mechelle mechthild medard medeiric meelis meena
meenakshi meera meeri megan megha meghan meghann megumi mehdi mehmed mehmet mehmood mehran mehrdad
mehrnaz mehul mehwish meike meiling meir meirav mekonnen melaine melaku melania melanie melba
melchior melchiorre melchor melek meles melina melinda melisa melissa melissza melker mellisa
mellissa melodie melonie melony melquiades melusine melva melvin melvina menachem menahem mengyao
menno menyhert merab merav mercede meredith merete meri meriem merike merilyn meritxell merja
merle merlene merlin merlinda merna meron merri mersiha mert mervat merve mervi mervin meryam
meryem meryl meseret mesfin meskerem messaoud mesut mete metello metka mette mfon mher mia micaela
micah michael michaela michaele michail michal michale michalina michalis micheal michel michela
michele micheline michell michelle michiko michio mick mickey micki mickie midori mieczyslaw mieke
mieko mieszko migdalia miguel miha mihael mihaela mihai mihaly miho mihoko mihovil miia miina mijo
mika mikael mikaela mikako mike mikel mikey mikhail mikkel mikki mikko miklos mikolaj mikyung mila
milad milada milagro mildred mile milena milford milica milind milissa milivoj milja miljenko
milka milla millard millicent millie milo milos miloslav miloslava milosz milton miluse mimmi
mimosa mina minako minal mindaugas mindi mindy minerva mingming minho minji minjun minna minnie
minoru minseok minsoo minsu minttu miodrag miquel mira miran miranda mircea mirco mireille mirela
mirella mireya miri miriam mirian mirja mirjam mirjami mirjeta mirka mirko mirna miro miron
miroslav miroslava miroslaw miroslawa mirsad mirta misael misaki miska mislav missy misti mitch
mitchel mitchell mithun mitra mitsuko mitsuo mitsuru mittie mitzi miwa miwako miyako miyuki
mizanur mizuki mladen moa moacir modesta modeste modesto modou modupe moe moez mofe mohamad
mohamed mohammad mohammed mohamud mohan mohannad mohini mohit mohsen moira moise moises mojca
mojgan moji mojtaba mokhtar mollie molly momcilo momoka momoko mona moncef moncif monder monia
monica monika monique monir moniruzzaman monserrat montaser montse montserrat monty moona mor
moraa morag mordechai morena moreno morgan morgana morgane moritz morris morten morteza morwenna
mosharraf moshe mostafa motiur motoko mouad mouhamed mouloud mouna mounir mourad moussa moustafa
movladi moyo mozell mozelle mozhgan mphatso mpho mridula mubarak mubashir mudassar muge muhamed
muhammad muhammed muharem mui muireann mujahid mujtaba mukesh mukul mulenga mulu mulugeta muna
munashe muneeb munir munther murali muralidharan murat muriel murilo murray murtaza musa musab
musharraf mushtaq mustafa mustapha mutale muthanna muthoni mutiso mutua muyiwa mwajuma mwanaisha
mwangi mwenda mwende mwikali mwila mykhailo mykola myles myong myra myriam myrna myron myrthe
myrtice myrtie myrtille myrtis myungsoo mzwandile naama nabil nabila nabilah nadav nadeem nadege
nader nadezda nadezhda nadia nadim nadine nadir nadja naeem naeema nafisa naftali nafula nagat
nagesh nagisa naguib nahel nahid nahla nahuel naila naima nais najam najat najib najla najm najwa
najwan nakia nakisha nakita nalan naledi naliaka nalini namjoon namrata nanako nanami nanci nancy
nandi nandini nandita nandor nane nanette nanjala nanna nannette nannie nans naoki naoko naoma
naomi naoto napoleon narayan narayanan narciso narcisse narek narendra naresh narges nargess
nariman narine narong naseem naser nasim nasima nasir nasira nasra nasreddine nasrin nasser nassim
nassima natacha natale natalia natalie natalija natalina nataliya natan natasa natascia natasha
natasza nate natercia nathalie nathan nathanael nathanial nathaniel natia natosha natsuki natsuko
natsumi nattaya natty nava naveed naveen navid navneet nawaf nawal nawaz nawel nayef nayeli nazan
nazanin nazar nazare nazareno nazaret nazario nazih nazli nazmul nazri ndeye ndidi ndungu nebojsa
necati ned neda nedeljko nedra neea neel neelam neema neeraj neeta neetu negar negash negin neha
neide neil nejc nejla nekesa nela nelda nelia nelida nelio nell nelli nellie nelly nelson nemanja
nemesio nena nenad nengah nenita neo neoma nerea nereida nerina nermin nermine nerys nesrin
nesrine nessrine nestor nestore neta netta nettie neusa neva nevaeh nevena nevenka neville nevin
nevio ngozi nguyet nhlanhla nhung nia niall niamh nicanor nicasio nichelle nichol nicholas nichole
nick nicki nickie nickolas nicky nicodeme nicodemo nicola nicolae nicolas nicolasa nicole nicoleta
nicoletta nicolette nicolle nicolo nicusor nidal nidhal nidia niels nienke nieve nigel nihad nihal
niharika nihat niilo niina nika nikhil niki nikia nikita nikki niklas niko nikodem nikola nikolai
nikolaos nikolay nikole nikolett nikolina nikos niksa nila nilay nilda nilesh nili niloofar
niloufar nils nilsa nilton nilufer nima nimisha nina ninfa nino ninon nir niraj niran nirit nirmal
nirmala nisha nishant nissim nita nitesh nithya nitin nitish nitza nivaldo nives nizar njambi
njeri njoroge nkechi nkem nkemdilim nkiru nkiruka nkosana nkosinathi nnamdi nneka nnenna noa noah
noam noboru nobu nobuhle nobuko nobuo nobuyuki noe noel noelia noella noelle noellie noemi noemia
noemie nok nokuthula nola nolan nomalanga noman nombuso nomfundo nompumelelo nomsa nomvula nomzamo
nona nonhlanhla nonso nooa noor noora nooshin nora noraini norbert norbertine norberto noreen
norene norhayati noriko norina norine norio noriyuki norma norman normand normunds nosipho nouf
nour noureddine novella novita nqobile nthabiseng ntombi nuala nuha nuno nunzia nunzio nura nuray
nurcan nurhaliza nuria nurit nurlan nursultan nurul nusrat nuutti nuwan nwachukwu nwanneka
nyambura nyasha nydia nyokabi nyoman oana obaid obaida obdulia obiageli obinna obioma oceane
ochieng ocie octave octavia octavian octavie octavio odalys oddny oddo oddur oddvar odessa odete
odette odhiambo odile odilia odilon odin odion odis odoardo odongo ofelia ofer ofir ofra ogbonna
ogechi ognjen oguz oisin oiva ojwang okafor okan okechukwu okey okezie okon okoro okoth oksana
oktawia okwudili ola olabisi oladapo oladele olaf olafia olafur olamide olanrewaju olav olavi
olavo olayinka oldrich oldriska oleg olegario oleksandr oleksiy olen olena oleta olfat olga
olgierd olha olimpia olin olinda oliva oliver olivia olivier oliviero oliwia oliwier olle olli
ollie olof olov olu olufemi olufunke olumide olumuyiwa olusegun oluseun olusola olutobi oluwaseun
oluwatobi oluwole olympe olympia oma omaima omaira omar ombeline ombretta omer omero omid omkar
omolara omondi omotola omri ondine ondrej oneida onni onofre onofrio onorato onyango onyeka
onyekachi onyinye oona oonagh ophelia opiyo oralia orazio ordono oreste orhan oriana oriane
orianne orietta oriol orit orla orlaith orlane orly orn orna ornella ornello orpha orri orsola
orsolya orville orvokki osagie osama osamu osaze oscar osk oskar oskari osman osmar osmo osnat
ossie ossur ostap osten osvaldo osvaldur oswaldo oszkar otakar otar otavio otha othman otieno
otilia otis otso ottar ottavia ottavio ottilie ottmar otto ottone otylia oualid ouida ouma oumaima
oumar oumou ousmane outi ove ovide ovidio ovidiu owain owino oxana oyinkansola oyvind ozan ozge
ozgur ozkan ozlem paavo pablo padma padmini padraic padraig paige paisley paivi pal palesa pall
pallavi palle palli palma palmira palmiro paloma pamala pamela pamelia pamella pammy panagiota
panagiotis pancracio pancrazio pankaj panna pansy paola paolo pape paraskevi parastoo paresh
parfait parham pari paride parisa parsa parth parthasarathi particia parul parvaneh parvati parvin
parviz pascale pasi pasquale pasqualina pastora paterne patrica patrice patricia patricio patrick
patrik patrina patrizia patrizio patrocinio patrycja patryk patsy patti pattie patty pau paul
paula paule pauletta paulette pauli pauliina paulin paulina pauline paulino paulo pavan pavel
pavla pavlina pavlo pavlos pawan pawel payal payam pearle pearlene pearlie pearline peder pedram
pedro peeter peetu pegah peggie peggy pejman pekka pelagie pelayo pelin pelle pellegrina penelope
pennie pentti pepijn peppi perceval percy perfecto perica perlita pernelle pernille pero perrette
perrine perry pertti perttu pervaiz pervez petar pete peter petr petra petre petri petro petrona
petronela petronella petronilla petronille petros petru petteri petur peyman peyton phalla phat
phil philemon philibert philiberte philip philippe philippine phillip phillis philomena philomene
phindile phoebe phylis phyliss phyllis piedad pierangelo pierfrancesco piergiorgio pierina
pierluigi piero pierpaolo pierre pierrick pierrot piers piet pieter pietro pihla piia pim pina
pinar pinchas pinja pinkie pio piotr piret pirita pirjo pirkko piroska pisey piyush placide
placido plamen ploy pnina pol polat polett policarpo polly polona pome pompeo ponciano pongrac
pontus pooja poonam pooneh porfirio porsha portia porzia poul pouria pouya prabha prabhakar prabhu
prabowo prachanda prachi pradeep pradip prafulla prakash pramod pranav pranay pranee pranjal
prasad prasanna prasert prashant prashanth prateek pratibha pratik pratima praveen prayut preben
predrag preethi preeti prem premysl prerna pricilla priit primitivo primoz prisca priscila
priscilla prithvi priti priya priyanka priyantha prosper prospera prudencio przemko przemyslaw
puja puji pule puneet punit purificacion purnima pushpa putu qais qaiser qasim qiana qiuyue
queenie quentin quiana quincy quinn quintin quintino quinton quirino quiteria quitterie quoc
quratulain quyen quynh raakel rabab rabeb rabia rabih rachael racheal rachel rachele rachell
rachelle rachid rachida racquel radek radha radhia radhika radim radka radmila radomir radoslav
radoslava radoslaw radovan radu radwan radzimierz rae rafael rafaela rafal raffaele raffaella
rafferty raffi rafia rafik rafiq rafiqul raghad raghav raghavendra raghu raghunath ragna ragnar
ragnheidur ragnhild ragnhildur raheleh rahim rahima rahma rahmat rahul raija raila raili raimo
raimondo raimonds raimunda raimundo raina rainer rainier raisa raissa raj raja rajaa rajan rajani
rajat rajeev rajendra rajesh rajeshwari raji rajinder rajiv rajkumar rajni raju rakesh raleigh
ralph raluca ram rama ramakrishna ramakrishnan raman ramazan ramesh rami ramia ramin ramina ramira
ramiro ramon ramona ramonita ramya ramzan ramzi rana randa randal randall randell randi randy rani
rania raniero ranil ranjan ranjana ranjit raoul raphael raphaelle raquel rasa rasha rashad rasheed
rashid rashida rashidi rashmi rasmus rastislav ratan rathna ratka ratko ratna rauha raul rauni
ravi ravinder ravindra rawan rayan rayford raymon raymond raymonde raymundo rayna razak razan
razieh razvan reba rebbeca rebbecca rebeca rebecca rebeka rebekah recep redouane reem reena reet
reetta refilwe refugio regan regena regenia reggie regina reginald regine regino regis regolo
rehab rehan rehana rehema rehman reijo reiko reima rein reina reinalda reinaldo reine reiner
reinhard reinhold reino reka rekha reko remedios remi remigio remigiusz remus remy rena renae
renaldo renan renata renate renato renaud rene renea renee renita renu renuka renzo restituto reta
retha retta reuben reut reva revathi rey reyhan reyna reynald reynalda reynaldo reynir reza rezaul
rhea rhett rhian rhiannon rhoda rhodri rhona rhonda rhys riad riaz ricardo riccardo ricciarda
richa richard richelle richie rick rickey rickie ricky rico rigmor rigoberta rigoberto rihab riham
riikka riitta rik rika rikke rikki riko riku riley rim rima rinat rini rino rita ritesh rithy
ritika ritu ritva rivka riyad rizalina rizki rizky rizwan rizwana robbie robbin robby robert
roberta roberte roberto robine roble robt robustiano robyn rocco rochelle rocio roderick rodger
rodney rodolfo rodolphe rodrick rodrigo rodrigue roel rogelio roger rogerio rohan rohini rohit
roisin rok rokaya rokeya rokhaya roksana rola roland rolanda rolande rolando rolf rolland romain
romaine romana romane romano romaric romas romelia romeo romeu romilda romina rommel romolo romona
romuald romualdo romulo ron rona ronald ronaldo ronan ronda ronen roni ronit ronja ronna ronni
ronnie ronny roopa roope roos roosa roosevelt roozbeh ropafadzo roque rory rosa rosalba rosalee
rosalia rosalie rosalina rosalind rosalinda rosaline rosalva rosalyn rosamond rosana rosangela
rosanna rosanne rosaria rosaura roscoe roseann roseanna roseanne roseli roseline rosella roselyn
rosemarie rosemary rosemeire rosemonde rosendo rosetta roshan roshni rosie rosina rosine rosita
rosli roslyn rosmah ross rossana rossella rostam rostislav roswitha rotich rotimi rowena roxana
roxane roxann roxanna roxanne roxie roy roya roza rozalia rozsa rozsika ruairi ruaridh ruba rubel
ruben rubens rubie rubin rubina rubye ruchi ruchika rudi rudiger rudo rudolf rudy rueben ruediger
ruffo rufin rufina rufino rufus ruggero ruggiero rui rukaya rukhsana ruksana runa runar runolfur
rupa rupali rupert ruperto rupesh ruqayya ruslan russ russel russell rustam rut rute rutendo ruth
ruthann ruthie ruud ruvimbo ruwan ruxandra ruza ruzena ruzica ryan ryo ryoichi ryoji ryoko ryosuke
ryota ryszard ryszarda ryu ryuichi ryuji saad saadet saadia saara sabah sabatino sabato sabin
sabina sabine sabino sabir sabra sabrina sabry sachiko sachin sadaf sadao sade sadegh sadhana
sadia sadie saeed saeid safa safaa safet safia safiya safwan saga sagal sagar saghar sagi sagit
sagun sahar sahil sahra saif saiful saija saila saima saimi sajid sajida sakari saki sakiko sakina
sakine sakura salah salahuddin salamon saleem saleh salehe salena salete salif salih saliha salim
salima salina salla salli sallie sally salma salman salme salome salomon salvadora salvatore salwa
sam samah saman samaneh samanta samantha samar samara samarth samatha sameer sameera samer sami
samia samiha samina samir samira sammie sammy samnang sampo samrawit samson samu samual samuel
samuele samuli sana sanaa sanad sanath sanaz sancho sandeep sander sandhya sandi sandip sandor
sandra sandrine sandro sanela sanele sangeeta sanghoon sangita sangwoo sanja sanjana sanjay
sanjeev sanjeewa sanjit sanjiv sanjog sanjuana sanjuanita sankar sanna sanne sanni santeri santi
santina santo santosh santtu saoirse saori sapna sara sarah sarala saranya saraswati sargis sari
sarianna sarina sarit sarita sarka saroj sarojini sarolta sasa sasha saskia satenik sathish satish
satoko satomi satoru satoshi satsuki satu saturnin saturnino satya satyajit saul saule sauli
saulius saulo saundra saurabh sava saverio savina savino savita savitri sawsan sayaka sayed sayuri
scarlett scolastica scott scottie sead seamus sean sebastian sebastiana sebastiano sebastiao
sebastien sebastienne sebastijan sebestyen secondo seda sedat sedef sedigheh seema segolene segun
seiichi seija seiji seiko sekou selamawit selda selena selene selim selin selina selma semih
semira semyon senad senait senem senni seojin seojun seokjin seoyeon sepehr sepideh seppo serafim
serafin serafina serafino serap seraphin seraphine sercan serdar serena serge sergei sergej sergey
sergia sergio sergiu sergiusz serhat serhiy serife serik serina serkan servan setareh seth setsuko
settimio seungho seunghyun sevda severi severiano severin severina severine severino severo sevgi
sevil sevilay sevim seweryn seydou seyi seyma seyoum shabana shabbir shabnam shad shadi shadia
shafiq shafiqul shafqat shaghayegh shagufta shahab shahabuddin shahana shahbaz shahd shahid
shahida shahin shahjahan shahla shahnaz shahram shahriar shahrul shahrzad shahzad shai shailaja
shailendra shailesh shaima shaimaa shaina shaista shakeel shaker shakil shakira shakti shalini
shalonda shameka shamika shamil shamim shamsul shana shanda shandra shane shaneka shanell shani
shanice shanika shanita shankar shanna shannan shannon shanon shanta shantanu shante shantel
shantell shanthi shanti shapour shara sharad sharada sharee sharen shari sharifah sharita sharla
sharlene sharmila sharon sharonda sharron sharvari sharyn shashank shashi shasta shaul shaun
shauna shavon shawanda shawn shawna shawnda shawnee shay shayla shayna shayne shazia sheela sheena
sheetal sheikh sheila shekhar shelba shelby sheldon shelia shelley shelli shellie shelly shena
sheraz sheree sheri sherie sherif sherilyn sherine sherita sheron sherrell sherri sherrie sherrill
sherron sherry sherryl sherwood sheryl shiela shiferaw shigeki shigeko shigeo shigeru shikha
shilpa shilpi shimon shingai shingo shinichi shinichiro shinji shinobu shintaro shinya shinzo
shiori shira shireen shirin shirlee shirlene shirley shirli shirly shiro shiva shivani shizuka
shizuko shkelzen shlomit shlomo shmuel shoaib shobha shobhana shogo shohreh shoichi shoji shola
shon shona shonda shonna shoshana shota shraddha shreya shreyas shrikant shruti shu shubham
shubhangi shufen shuhei shuichi shuji shukri shun shunsuke shushan shuying shweta shyam shyamala
siamak sian siavash sibel sibilla sibongile sibusiso sibyl sibylle siddharth siddhartha sidi
sidnei sidney sidonie sidonio siegfried sieglinde sif sifiso sigal sigalit sigfrido sigfus sigga
siggi sighvatur sigismond sigmar sigmund sigmundur sigrid sigridur sigrun sigtryggur sigurbjorg
sigurbjorn sigurd sigurdur sigurjon sigurlaug sigurros sigursteinn sigurveig sigvaldi siham siiri
silas silja silke silvain silvana silvano silvere silvestra silvestre silvestro silvia silvija
silvina silvio silviu simao simbarashe simeon simin simisola simiyu simon simona simone simonetta
simphiwe sinan sindisiwe sindre sindri sindy sinead sini sinikka sinisa siobhan siphiwe sipho sipi
sirajul siranush siriporn sirja sirje sirkka sirkku siro sirous sirpa sisay sisko sissel sita siti
sivan sixte sixten sixtine sixto siyabonga siyanda siyu sizwe sjoerd sjoukje skarphedinn skender
skuli skye skylar skyler slamet slavica slavka slavko slavomir slawomir slawomira slimane slobodan
smadar smari smeralda smiljana smita smriti snaebjorn snaedis sneha snezana snjezana snorri
sobieslaw socorro sofia sofiane sofie sofiya sofonisba sohail sohan sohee soheil soheila sohrab
sohvi soile soili soini soizic soizick sokha sokratis solene solenne soley soline solja solomon
solveig soma somadina somayeh somchai sommer somnath somsak somto somtochukwu sona sonal sonali
sonam sondra sondre songul sonia sonja sonsoles sonya soo soojin soonja sooyoung sophal sopheap
sophia sophie soraya sorcha soren sorin sorina soroush sota sotiris souad soufiane souhail souhir
souleymane soumaya soumya sourav sousan soyoung spartaco spela spyridon spyros srdjan srey sridevi
sridhar srikanth srinivas srinivasa srinivasan sriram sruthi stacey staci stacia stacie stacy
staffan stan stana stanislao stanislav stanislava stanislaw stanka starla stavros stavroula stefan
stefani stefania stefanie stefanija stefano steffan steffanie steffi steinar steingrimur steinthor
steinunn stela stelios stellan steluta stepan stepanka stephaine stephan stephane stephani
stephanie stephany stephen stephenie stephine steve steven stevie sthembiso stian stig stijn stina
stipe stjepan stjepana stu stuart sture styrmir suad subaru subbu subhash subira subodh
subramaniam subramanian subrata suchada sudarshan sudeep sudha sudhakar sudhir sudie sueli suellen
sufia sufyan sugandha sugeng suha suhair suharto sujata sujatha suji sujin suk sukarno sukru
sulaiman sulastri suleiman sulevi suleyman sulo sultan sultana sumaira suman sumana sumaya sumiko
sumin sumit sumita suna sunanda sunarto sundar sundari sunder sung sungho sunghoon sungjin sungmin
sunhee sunil sunisa sunita sunkanmi sunniva suoma supaporn suparman supriyadi suraj surasak
surekha suren surendra suresh surinder surya suryanto susan susana susann susanna susannah susanne
sushant sushil sushila sushma susie susilo susumu sutrisno suvi suzan suzana suzann suzanna
suzanne suzette suzie suzon suzy svala svanhildur svante svanur svatava svatopluk svava svea svein
sveinn sven sverre sverrir svetlana svetozar sveva sviatoslav swann swapna swapnil swarna swathi
swati swen swietlana syafiq sybil sybille syble syed sylvain sylvester sylvestre sylvette sylvi
sylvia sylviane sylvie sylwester sylwia symphorien synnove synthia szabolcs szandra szczepan
szebasztian szende szidonia szilard szilvia szonja szymon taavetti taavi tabassum tabatha tabetha
tabitha tad tadao tadashi tadeas tadej tadeo tadesse tadeu tadeusz tadhg taehyung taewoo taeyang
tafadzwa tage taha tahani taher tahereh tahir tahira tahmina taichi taija taiki taimi taina taisto
tajul takahiro takako takao takashi takayuki takehiko takeo takeru takeshi takisha taksony
takudzwa takumi takuya talal talat taleb talia tamala tamar tamara tamas tamatha tamaz tameka
tamekia tamela tamer tamera tamerlan tami tamica tamie tamika tamiko tamim tammara tammi tammie
tammy tamra tamrat tana tanaka tancrede tancredi taner tanesha tangela tanguy tania tanika tanisha
tanja tanmay tanna tanuja tanushree tanveer tanvi tanvir tanya tapani tapio tapiwa tara tarah
tarak taraneh taras tarcisio tarek tarik tariku tariq tarja tarmo taro tarquinio tarsha tarun
taryn tasha taslima tasos tatenda tatiana tatiane tatjana tatsuo tatsuro tatsuya tatu tatyana
tawana tawanda tawanna tawny tawnya tayfun taysir tayyab tebogo tecla ted teddy teemu teena tegan
teija tejas tejaswini tekla tekle telemaco tellervo telma telmo temilola temitope temur tena
tendai tengiz tenisha tennille teodor teodora teodoro teodosia teodosio teodozja teofil teofilo
teppo tera terence terenzio teresa terese teresio teresita teressa terez tereza terezia terhi teri
terje tero terra terrance terrence terresa terri terrie terry terttu teruo tesfa tesfaye tess
tessa tessie tetiana tetsuo tetsuro tetsuya teun tewodros thabang thabiso thabo thad thaddeus
thais thaksin thalia thamer thanasis thandeka thandi thandiwe thato thea theda thelma themba
thembi theo theodora theodore theodoros theophane theophile theresa therese theresia theron thersa
thiago thibaud thibault thibaut thiebaud thiebaut thien thierry thijs thilini thilo thinh thoa
thodoris thoko thomas thomasina thor thora thorarinn thorbjorg thorbjorn thordis thordur thore
thorey thorgeir thorgerdur thorhallur thorir thorlakur thorleifur thorsteinn thorsten thorvaldur
thresa thuan thulani thuong thuraya thuridur thushara thuy tia tiago tiana tiara tibere tiberiu
tibor tidiane tiernan tierra tiesha tifenn tiffani tiffanie tiffany tiffiny tigist tigran tihamer
tihomila tihomir tiia tiina tiit tiitus tiiu tijmen tikva tilahun tilda tillie tilly tilo tim
timea timeo timjami timmy timo timofey timot timoteo timothee timothy timur tina tinashe tinatin
tineke tinja tinna tinotenda tiril tirunesh tisha titien titilayo tito titouan titta titus titusz
tivadar tiziana tiziano tjasa tjeerd tobechukwu tobenna tobias tobiasz toby tochukwu tod todd
toini toivo toju tokiko tolga tom tomas tomasa tomasz tome tomeka tomer tomika tomilola tomira
tomislav tommaso tommi tommie tommy tomoaki tomohiro tomoki tomoko tomomi tomos tomoya tomoyuki
tonci tonderai toni tonia tonie tonja tonje tony tonya toomas topi topias tor torbjorn tore torfi
torgny tori toribio torill torquil torstein torsten toru torunn tory tosca tosha toshi toshiaki
toshihiko toshihiro toshiko toshio toshiro toshiyuki toufik touko touseef toussaint tova tove toya
toyin tracee tracey traci tracie tracy traian tranquillo trausti traute trena tresa tressa tressie
treva trevor trey tricia triin trilok trina trine trinh trini trish trisha trista tristan troels
trond trude trudi trudie trudy truman trung truong trupti truus tryggvi trygve tsegaye tsehay
tshepo tsubasa tsuneo tsutomu tsuyoshi tucker tudor tugba tuija tuire tulay tulin tullia tullio
tulsi tumelo tuncay tuomas tuomo turgut turid turki tushar tuti tuukka tuula tuuli tuulikki tuva
tuyen tuyet twana twila twyla tyesha tyler tymon tymoteusz tyra tyree tyrell tyron tyrone tytti
tytus tyyne tzipi tzipora tzvi uba ubaldo ubirajara ubul uchechi uchechukwu uchenna uday udi udo
udoka ufuk ugo ugochi ugochukwu ugolino ugonna ugur ujjwal ukamaka ulderico uldis ulf ulfar ulfur
ulises ulisse ulla ulle ulrich ulrike ultan ulysse ulysses umair umang umar umberta umberto umer
umesh unai unal unathi unn unnar unni unnsteinn unnur unto uolevi upendo upendra upul urbain urban
urbano urdur urho uriel uriele urmas urmila urraca ursa ursula ursule urszula urve usama usha
usman uta ute utkarsh uttam uwe uyen uzi uzma uzoamaka uzochi uzoma vaclav vada vadim vadym vahan
vahe vahid vaibhav vaida vaino vaishali vaishnavi vakhtang vala valarie valbona valda valdas
valdemar valdete valdimar valdir valdirene valdis valdo valentin valentina valentine valentyna
valere valeria valerian valeriano valerie valerien valerio valeriu valeriy valery valgeir
valgerdur vallie valma valon valorie valpuri valter valto valtteri valur vanda vandana vanderlei
vanesa vanessa vangelis vani vania vanja vanna vannessa vappu vardan varpu varsha vartan varun
varvara vasant vasanth vasanthi vasco vasil vasile vasileios vasiliki vasilis vasiliy vasily
vasudevan vasudha vasyl vazul veasna veda vedran vedrana veena veera vegard veijo veikko veiko
velda veli velia velimir veljko vellamo velma velva vena venancio venanzio venceslas vendel venera
veneranda venessa venita venkat venkata venkatesh venkateswara venla ventura venu vera verda vered
verena vergie verla vern verna vernell vernetta vernice vernie vernita vernon veronica veronika
veronique vesa vesna vespasiano vesta vianney vibha vicenta vicente vickey vicki vickie vicky
victoire victor victoria victoriano victorien victorine victorino vida vidar vidhi vidir vidya
vidyasagar viera viet vigdis viggo vignesh viivi vija vijay vijaya vijayalakshmi vikas vikash
vikki vikram vikrant viktor viktoria viktorie viktoriya vilde vilem vilhelm vilhjalmur vilho
viliam viljami viljo ville villehard vilma vilmos vimal vimala vina vinay vinaya vinayak vince
vincent vincenza vincenzo vinciane vineet vineeta vinicius vinita vinko vinnie vinod violaine
violeta violette viorel viorica vipin vipul virag viraj virendra virgie virgil virgile virgilio
virgina virginie virginien virginio viridiana virpi vishal vishnu vishwanath vit vita vitalba
vitale vitalii vitaliy vitaly vitezslav vito vitor vittoria vittorino vittorio viva vivan vivek
vivian viviana viviane viviano vivien vivienne vjekoslav vlad vladan vladena vladimir vladimira
vladimiro vladislav vlado vlasta vlastimil vlastimila vlatka voitto vojin vojislav vojtech volkan
volker volodymyr vonda vonnie vorosmarty vuk vulmaro vuokko vuong vusi vusumuzi vuthy vyacheslav
vytautas waclaw waclawa wactaw wadih waed wael wafa wafaa wafula wagner waheed wahib wahiba wahid
wahyu wai wairimu waithera wajdi wajid wajih wajiha wakana walaa waldemar waldo waleed walenty
waleria waleriusz walid wallace wally walter walther waltraud wambui wanda wandile wandrille
wangari wangui wanida wanita wanjala wanjiku wanjiru wanyama waqar waqas warren warsame waseem
wasim wassim wati wawan waweru wawrzyniec wayan waylon wayne weimin weiwei wejdan weldon wenceslao
wendell wendi wendy wenhua wenjie wenjing weronika wesley wespazjan whitney wiam wichai widad
wided widodo widya wiebke wielislaw wieslaw wieslawa wiktor wiktoria wilber wilbert wilbur wilburn
wilda wilford wilfred wilfredo wilfried wilhelm wilhelmina willa willard willem willemijn willene
willia william willian willie willy wilma wilmer wilson wilton wim wincenty winford winfred
winfried winifred winnie winnifred winona wioletta wissam witold wladyslaw wladyslawa wlodzimierz
wojciech wojciecha wolfgang wolfram wondimu wonho woodrow woojin worku wouter wulan wyatt wyn
wynona xavi xavier xaviere xenia xenophon xiao xiaodong xiaofeng xiaohong xiaohui xiaojun xiaoli
xiaoling xiaoming xiaoping xiaowei xiaoyan ximena ximeno xinyi xinyu xiomara xiulan xiuli xiuying
xola xolani xueying yaa yaakov yacine yacouba yadira yael yaelle yafa yaffa yago yahia yahya yair
yajaira yalda yamen yamikani yamila yamile yamini yana yaneth yanga yanina yaniv yann yannic
yannick yannis yanping yanti yanto yaping yara yared yaron yaroslav yasaman yasar yasemin yash
yashar yashwant yasin yasir yasmeen yasmin yasmina yasmine yasser yassine yasuhiro yasuko yasuo
yasushi yasuyuki yavuz yawa yayoi yazan yazid yegor yehoshua yehuda yehudit yeji yejin yekaterina
yele yelena yeliz yeonwoo yerlan yesenia yeshi yetta yetunde yevgeny yevhen yifan yigael yigal
yigit yihan yijun yildiz yilmaz yingluck yinka yisrael yitzhak ylan ylva yngvi yoan yoann yoav
yochanan yocheved yodit yoel yogesh yogita yohan yohann yohannes yoichi yoji yoko yolanda yolande
yolonda yomi yonas yonatan yongjun yoona yoonji yoram yori yosef yoshiaki yoshie yoshihiro yoshiki
yoshiko yoshimi yoshinori yoshio yoshiro yoshito yoshiyuki yosra yossi yosuke yota yotam youcef
younes youness younghee youngho youngja youngmin youngsoo youngsook younis yousef yousra youssef
youssouf yrjo yrsa ysaline ysoline yuanyuan yudai yudhi yufei yuhan yuichi yuichiro yuina yuji
yuka yukari yukihiro yukiko yukio yuko yulan yuli yulia yuliana yuliya yuma yumei yumi yumiko yun
yuna yunfei yuni yunus yuqing yuri yuridia yuriko yuriy yury yusei yusra yusuf yusuke yuta yutaka
yuto yutong yuuki yuval yuxin yuxuan yuya yuzuki yvain yvan yveline yves yvette yvon yvonne
zacarias zaccaria zach zachariah zacharie zachary zachery zack zackary zafar zafer zaheer zaher
zahia zahid zahida zahra zahurul zaid zaida zainab zainal zaira zak zakaria zakariya zaki zakia
zala zalan zandra zane zanele zaneta zara zarina zarko zartosht zaruhi zaur zawadi zayd zayden
zaynab zbigniew zbynek zdena zdenek zdenka zdenko zdislava zdravko zdzislaw zdzislawa zeeshan zeev
zehava zehra zeina zeinab zeki zelalem zelda zelia zelie zeliha zelim zelimkhan zelinda zeljka
zeljko zella zelma zena zenaida zenebe zeno zenobia zenon zenta zephyrin zewde zeyad zeyneb zeynep
zhengyi zhigang zhihao zhihui zhijun zhila zhiqiang zhiwei zhiyong zhiyuan zia ziad ziaur ziba
zied ziemowit ziga zigmas zihan zikora zilda zina zineb zinhle zinka zita ziva zixuan ziyanda ziyi
zlata zlatko zodwa zoe zoey zofia zohra zohreh zoi zoila zola zolani zoltan zoltanne zona zora
zoraida zoran zorica zosia zoubida zouhair zrinka zsanett zseni zsiga zsigmond zsofia zsolna zsolt
zsombor zsuzsa zsuzsanna zsuzsi zubair zuberi zubeyde zubin zuhair zukiswa zula zulema zulfiqar
zulfiya zulkifli zulma zulmira zurab zuzana zuzanna zvi zvonimir zvonko zygfryd zygmunt zyta
øyvind
"""
"""Names that are hardly anything else."""
