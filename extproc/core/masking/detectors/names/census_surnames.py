"""Surnames of the 1990 census of the United States (public domain): data, no rules."""

from __future__ import annotations

CENSUS_SURNAMES = """\
aaron abbott abdullah abell abercrombie abernathy abeyta ables abner abney abraham abram abrams
abramson acevedo acker ackerman ackley acree acuna adair adame adams adamson adcock addison adkins
adorno adrian agee agnew aguayo aguirre ahern ahmad ahrens aiello aiken aikens ainsworth akers
akins alaniz alba albanese albers albert alberts albertson albright albritton alcala alcantar
alcaraz alcorn alderman alderson aldrich aldridge alejandro aleman alexander alfaro alfonso alford
alfred alger alicea allan allard allen alleyne allgood allison allman allred almanza almaraz
almond almonte alonzo alston altman alton alvarado amador amaya ambriz ambrose amerson ames ammons
amos amundson anaya anders anderson anderton andre andrew andrews andrus angell angelo anglin
anguiano angulo annis anthony antoine antonio apodaca aponte applegate appleton applewhite aragon
arbogast archibald archie archuleta ardoin arevalo armendariz armenta armijo armour armstead
armstrong arndt arnett arredondo arreola arriaga arrington arriola arsenault arteaga artis asbury
ashby ashcraft ashe asher ashford ashley ashmore ashton askew atchison atchley atherton atkins
atwell atwood aucoin auger augustine ault autry avalos avery aviles aycock ayers ayres babb
babbitt babcock baber babin bachman backus bacon bader badger badillo baer baez baeza bagby
baggett bagley bagwell bahr bailey bain baines bair baird balderas baldridge baldwin bales ball
ballard ballesteros ballew ballinger ballou bancroft bandy bane bankston bannister banta banuelos
baptiste barba barbee barber barbour bard barden barela barfield barger barham barker barkley
barksdale barlow barnard barner barnes barnett barnette barney barnhart barnhill barnum barnwell
barr barragan barraza barreto barrett barrientos barringer barrios barron barrow barrows bartels
barth bartholomew bartlett bartley barton bartz basham baskin bass bassett bastian batchelder
batchelor bateman bates batiste batson batten battle battles batts baugh baughman baum bauman
baumgardner baxley baxter bayless baylor bayne bays beal beale beall beals beam beaman beamon bean
beane beard bearden beardsley beasley beattie beatty beaty beauchamp beaudoin beaudry beauregard
beaver beavers bechtel beckett beckman beckwith becnel bedard bedell bedford beebe beeler beeman
beers beeson begay begley behrens belcher belk bellamy bellinger belt belton bemis benally
benavides benavidez bender benedict benefield benford benge benham benjamin benner benson benton
bentz bergen berman bernard berndt bernhardt berrios berryman bertram bertrand berube bess
betancourt bethea bethel bettencourt bettis betts betz beverly bevins bickel bickford biddle
bierman bigelow biggs bigham billings billingsley billiot billups bilodeau bingham binkley
birdsong bisson bissonnette bittner bivens bivins bixler blackburn blackman blackmon blackwell
blackwood blaine blair blais blake blakely blalock blanchette bland blankenship blanton blaylock
bledsoe blevins blodgett bloom bloomfield blount blum blume blunt blythe boardman boatman
boatright boatwright bobbitt bock bode boettcher bogan boggs bogle bohannon bohn boisvert boland
bolden bolduc bolen boles boling bolling bollinger bolt bolton bond bonds bone bonham bonilla
bonner bonney booher boone booth boothe bordelon borden boren borrego bosley bost bostic bostick
bostwick boswell bosworth botello bottoms botts boudreau boudreaux bourne bourque boutwell bove
bowden bowe bowens bower bowers bowie bowler bowles bowlin bowling bowman bowser boyce boyd boyett
boyette boykin boykins boylan boyle boyles boynton bozeman bracken brackett bracy bradbury braden
bradford bradley bradshaw brady bragg brake bramlett brandenburg brandon branham brann brannan
brannon branson brant brantley brasher braswell bratcher bratton braxton bray breaux breckenridge
breeden breeding breedlove breen brehm breland brenner brent brett breunig brewer brewington
brewster brice bricker briggs brigham briley brill brim brink brinkley brinson briones briscoe
briseno bristow britt brittain britton broadnax broadway brock brockman broderick brodie brody
brogan bromley bronson brookins brookshire broome brothers brotherton broughton broussard browder
brower browne brownell browning brownlee broyles brubaker bruce brumfield brumley brummett
brunelle bruner bruns brunson brush bruton bryan bryant bryson buchanan bucher buchholz buckingham
buckley buckman buckner budd buehler buell buffington buford bugg buie bullard bullock bumgarner
bundy bunker bunn bunnell bunting burbank burch burchett burchfield burdett burdette burdick
burford burge burger burgess burgett burgos burk burkett burkhardt burkhart burkholder burks
burleson burley burnett burnette burney burnham burns burnside burr burrell burris burroughs
burrow burrows burrus burt burton burwell busby bush bushey buss bussell bussey bustos butcher
butler butterfield butts buxton byars byers byler bynum byrd byrnes byron caban cable cabral cade
cady cage cagle cahill cain calder caldwell calhoun calkins callaghan callahan callaway callender
callis calloway calvert calvin camarillo cambell cameron camp canady canales candelaria canfield
canter cantrell cantu cantwell canty capers capps caraballo caraway carbajal carden carder cardona
cardoza cardwell carey cargill carl carlin carlisle carlos carlson carlton carmack carman
carmichael carnahan carnes carney caro carothers carpenter carper carr carranza carrasquillo
carraway carrell carreon carrera carrico carrigan carrington carrion carson carswell carty
caruthers cary casanova casarez casey cashman casillas caskey cason casper cass cassell cassidy
casteel castellano castellanos castle castleberry casto castor caswell catalano cate cates cathey
catlett cato caton catron caudill caudle causey cavanaugh cavazos cave cazares ceballos cecil ceja
centeno cepeda cerda chacon chadwick chaffin chafin chaisson chalmers chamberlain chamberlin
chambers chambliss champion chaney chao chapa chapin chaplin chapman chappell charlton charron
chasse chastain chatman chavarria chavis cheatham cheek chenault cheney chesser chester chestnut
chew chick childers childress chiles chilton chin ching chinn chisholm chism chisolm chitwood
choate choe chong chrisman christenson christianson christie christman christopher christopherso
christy chun chung churchill cintron clancy clanton clapp clapper clark clarkson clary claudio
clawson clayton cleary clem clemens clemente clements clemmons clemons clevenger clifford clifton
cline clinton clough clouse coakley coates coats cobb cobbs coble coburn cochran cochrane cockrell
cody cofer coffey coffin coffman cofield coggins cohn coker colbert colburn colby coleman coles
coley collado collazo collett collette colley collier colson colston colton colunga colvin colwell
combs comeau comeaux comer compton comstock conaway condon coney conger conklin conley conlon
connelly conner conners connor connors conover conrad conroy conway conyers cook cooke cooks
cooksey cooley coombs coon cooney coons cooper copley corbett corbin corbitt corcoran cordell
corder cordova corey corley corliss cormier cornejo cornelius cornell cornett cornish cornwell
corral correa correll corrigan cortez corwin cory cosby cosgrove cosme costello cota cothran
cotten cotter cottle cotto cotton cottrell couch coughlin coulter courtney cousins covarrubias
covert covey covington cowan coward cowart cowell cowen cowles cowley cox coyle coyne crabb
craddock craig crain cramer crandall crandell crane cranford craven crawford crawley crayton
creamer creech creed creel creighton crenshaw cress crews crider crisp criss crist criswell crites
crittenden crocker crockett croft cromer cromwell cronin crook crooks croom crosby crossman
croteau crouch crouse crowe crowell crowley croy crum crump crumpton cruse crutcher crutchfield
cuellar culbertson cullen culp culpepper culver cummings cummins cundiff cunningham cupp cureton
curiel curley curran currie currier curry curtin curtis cushing cushman custer cutler dabbs dabney
dacosta daggett daigle dailey daley dalrymple dalton damon damron dancy dandrea danforth dangelo
daniels danielson danner dansby dantzler darby dardar darden darnell darr darrow dasilva daugherty
daughtry davenport davey davis davison dawes dawkins dawson deane dearing deason deaton deberry
deboer decker decosta decoteau deering dees deese dehart dehaven dejesus delagarza delaney delapaz
delarosa delatorre deleon delgadillo delisle dellinger deloach delong delossantos delrio deluna
delvalle demarco demers demoss dempsey denham denison denman denney denning dennis dennison denny
denson dent denton depew depriest derby derr derrick desimone desmarais desmond desrosiers deutsch
devito devlin devoe devore dewey dewitt dexter deyoung dibble dick dickens dickenson dickerson
dickey dickinson dickson diehl dietz diggs dill dillard dillon dilworth dingle dinkins dion dionne
dishman dixon doane dobbins dobbs dobson dockery dodd dodds dodge dodson doerr dolan doll domingo
dominquez donahue donald donaldson donato donley donnell donnelly donohue donovan dooley doolittle
doran dorman dorn dorris dorsey dortch doss dotson doty doucet doucette dougherty doughty douglas
douglass dover dowd dowdell dowdy dowell dowling downes downey downing downs dozier draper drayton
driggers driscoll drury dryden dubose ducharme duckett dudley duenas duff dugan dugas duggan
dugger dukes dulaney dunaway dunbar duncan dunham dunlap dunn dunning dupree durbin durden durham
durkin durr durst dutcher dutton duvall dwyer dyer dykes dykstra dyson eades eads eady earle
earley earls earnest easley eason easterling eastman eaton eaves echevarria echols eddy edens
edgar edmond edmonds edmondson edmunds edward edwards egan egbert eggers eggleston ehlers ehrlich
eisenberg elam eldred eldridge elizondo elkins ellington elliot elliott ellis ellison ellsworth
elmer elmore elrod elston elwell elwood emanuel embry emerick emerson emery emmons emory engle
englert ennis enos enright enriquez epperson epps erdman erdmann erickson ericson ernest erskine
ervin erwin escalante escobedo eskridge espinal espino estep estes estrada etheridge ethridge
eubank eubanks everett everette everhart everson ewing ezell faber fagan fahey fain fairbanks
fairchild faircloth fairley faison fajardo falcon falcone fallon fancher fannin fanning farber
faris farley farnsworth farr farrar farrington farris farrow faulk faulkner faust favors fawcett
fears feaster feeney felder feliciano felix felker feller fellows felton felts fender fenn fennell
fenner fenwick ferguson ferrell ferris ferro ferry fetter fidler fiedler fielder fielding fierro
fife fike fillmore fincher findley finley finnegan finney fishman fisk fitch fite fitts
fitzpatrick fitzsimmons flagg flaherty flanagan flanders flanigan flannery fleck fleming flemming
flick flint florez flournoy flowers floyd fogarty fogg fogle foley folk folse folsom foltz fong
fontenot foote forbes forde fordham foreman foret forman forney forrester forster forsyth forsythe
fortenberry fortier fortner fortney fortune foster fountain foust fowler fowlkes fraley francis
francisco frankel franklin franks frantz franz fraser frasier frazer frazier frederick fredericks
fredrick fredrickson freedman freeland freeman freese freund frey frias frick fried frierson fries
fritts fritz frizzell frost frye fryer fugate fuhrman fulcher fulk fulkerson fuller fullerton
fulmer fulton fultz funderburk funk fuqua furlong furman furr gabbard gabel gable gabriel gaddis
gaddy gadson gaffney gage gaines gainey gaither galarza galbreath gall gallaher gallant gallegos
galloway galvan galvin gamble gambrell gamez gammon gandy gann gannon gant gantt gaona garay
garber gardiner gardner garibay garland garman garmon garner garnett garrett garris garrison
garrity garvey garvin gary garza gaskin gaskins gaspar gass gaston gates gatewood gatlin gault
gause gavin gayle gaylor gaylord gaynor gaytan gearhart geary geer geiger geisler geller gendron
gentry george gerald gerber germain getz geyer gibbons gibbs gibson giddens giese gifford gilbert
gilbertson gilbreath giles gillard gillen gillespie gillette gilley gilliam gilligan gilliland
gillis gillum gilman gilmer gilmore gilpin gilson ginn gipson giron giroux gish gist givens
gladden gladney glaser glass glaze gleason glenn glick glover glynn goad goble goddard godfrey
godoy godsey godwin goebel goetz goff goforth goings goins golding goldman goldsmith gonsalves
gooch goode goodell gooden goodin gooding goodman goodrich goodson goodwin goolsby gordon gore
gorham gorman gosnell goss gossett gott gough gould goulet gourley gower graber grady graff gragg
graham grammer granados granger grantham graves grayson graziano greathouse greene greenfield
greenleaf greenlee greenwell greer gregg gregoire gregory greiner gresham grice grider griego
grier griffen griffin griffis griffith grigg griggs grigsby grim grimes grimm grimsley grisham
grissom griswold groce grogan groom grooms grove groves grubb grubbs guajardo guay guffey guido
guidry guillory guinn gullett gulley gunderson gunn gunter gurley gurney gustafson gustin guyer
guyton gwinn haag haase hacker hackett hackney hadden haddock hadley hagan hager haggard haggerty
haight hailey haines hairston halbert halcomb hales haley haller hallett hallman hallock halsey
halstead halverson halvorson hamblin hambrick hamby hamer hamill hamilton hamlett hamlin hammer
hammett hammock hammond hammonds hammons hamrick hancock handley hanes haney hankins hanks hanley
hanlon hanna hannah hannan hannon hanson harbin harbison hardaway hardee hardesty hardiman hardin
harding hardison hardman hardwick hardy hargett hargis hargrave hargrove harkins harlan harless
harlow harman harmon harms harney haro harold harp harper harr harrell harrelson harrigan harriman
harrington harris harrison harrod harry hart harter hartford hartley hartman hartnett hartwell
hartwig hartzell harvey harwell harwood haskins hass hassell hastings hatcher hatchett hatfield
hathaway hatley hatton hauck haun havens hawes hawkins hawks hawley hawthorne hayden hayes haygood
haynes hays hayward haywood hazelton hazelwood hazen hazzard headley headrick healey healy hearn
hearne heaton hebert hecht heck heckman hector hedgepeth hedges hedrick heffernan heffner heflin
hefner heilman heim hein heinz heisler heller helmick helms helton hembree hemphill hendershot
henderson hendon hendrick hendricks hendrickson hendrix henke henley hennessey hennessy henning
henriquez henshaw hensley henson herbert herbst herd herman hernandes herndon herold herr herrick
herrin herring herrington herron hersey hershberger herzog hester hetrick hewett hewitt heyward
hiatt hibbard hickerson hickey hickman hicks hickson higdon higgins higgs hight hightower hilbert
hildebrand hildreth hiles hillard hiller hilliard hillis hillman hilton himes hindman hinds hines
hinkle hinman hinojosa hinson hinton hitchcock hite hitt hixon hixson hoag hoagland hobbs hobson
hochstetler hodge hodges hodgson hodson hoff hogan hogg hogue hoke holbrook holcomb holcombe
holden holguin hollar hollenbeck holler holley holliday holliman hollingsworth hollins hollis
holloman holloway holly holman holmes holston holt holton holtz homan homer honaker honeycutt
hooker hooper hooten hoover hopkins hopper hopson horan horne horner horning hornsby horsley horst
horton hosey hoskins hostetler hotchkiss houck hough houghton houk houle houser howard howe
howerton howes howland hoyle hoyt hubbard hubbell huckaby huddleston hudgens hudgins hudson
hudspeth huerta huey huff huffman huggins hughey hulbert hulett hull hulse hulsey humble hume
humes hummel humphrey humphreys humphries hundley huneycutt hunt huntington huntley hurd hurley
hurst huskey hussey huston hutchens hutcherson hutcheson hutchings hutchins hutchinson hutchison
hutson hutto hutton hyatt hyde hyland hylton hyman hynes ibarra infante ingalls ingersoll ingle
ingraham ingram inman irby irizarry irons irvin irvine irving irwin isaac isaacs isaacson isbell
isom ison iverson ives ivey ivory izzo jack jackman jacks jackson jacob jacobson jacoby jacques
jaffe jaime jamerson james jameson jamieson jamison janes jarman jarrell jarrett jasper jasso
jaynes jeffcoat jefferies jeffers jeffery jeffrey jeffries jemison jenks jennings jenson jernigan
jerome jessup jeter jett jewell jewett jiles jiminez jobe john johns johnson johnstone jolley
jordon jorgenson jose joseph joslin joyce joyner judd jude judkins judy julian justus kahl kahn
kane karl karnes karr kasper kauffman kaufman kaye kaylor keane kearney kearns keating keaton keck
keefe keefer keegan keel keeler keeling keenan keene keener keeney keeton kehoe keim keister keith
kell kellar kelleher kelley kellogg kellum kelsey kelso kemp kemper kendall kendrick kenner kenney
kenny kenyon kerns kerr kersey kessler kester ketchum keyes keyser kidd kidder kidwell kiefer
kieffer kilburn kilgore killian killingsworth killion kilmer kimball kimble kimbrell kimbrough
kimmel kinard kincaid kinder kindred kingsbury kingsley kinney kinsey kipp kirby kirk kirkham
kirkland kirkpatrick kirksey kirkwood kirsch kirschner kiser kish kitchen kitchens kite kizer
kline kling klingensmith klinger klug knapp knoll knott knotts knowles knowlton knox knudson
knutson kocher koehn koester kohl kohn kolb koon koonce koontz kopp kornegay koski kovach kraft
krantz kranz krauss kremer krieger kroll krug kruse kuhl kuhns kunkel kuntz kurtz kuykendall kyle
kyles labbe labelle labonte laboy lacasse lacey lackey ladd ladner lafferty laflamme lafleur lahr
lail laing laird laliberte lalonde lamar lamb lamm lamontagne lampe lampkin landers landis landon
landreth landrum landry langdon langford langham langley langlois langston lanham lanier lankford
lanning lantz lapierre laporte larkin larkins laroche larose larrabee larry larson larue lash
lashley lassiter laster latham lathrop latimer latta lattimore lauer laughlin lavallee lavalley
lavender lavergne lavigne lawhorn lawler lawless lawrence lawson lawton layman layne layton leach
leahy leake lear leary leath leatherman leathers leatherwood leavitt leboeuf lebron ledbetter
ledesma ledet ledford ledoux leech leeper lees legg leggett leigh leighton lemaster lemay lemieux
lemke lemmon lemons lennon lentz lenz leonard lerma lerner leslie lester letourneau lett levasseur
leverett levine lewis lheureux libby liddell liggins lightner ligon liles lilley lilly limon
linares linder lindley lindquist lindsay lindsey linkous linn linton linville lippert lipscomb
lister littlefield littlejohn littleton lively livingston lockard locke lockett locklear lockwood
loera loftin loftis lofton loftus logan logsdon logue lohr lomax lombard lomeli loomis looney
loper lott loucks louie louis lovato lovejoy lovelace loveless lovell lovett loving lowe lowell
lowery lowman lowry loya loyd lozada luce luciano lucio luckett luevano luis lujan luke luker
lumpkin lundquist lundy lunn lunsford lusk lussier luster luther luttrell lutz lyle lyles lyman
lynn lyon lyons lytle mabe mabry mace mack mackey mackie macklin macmillan macpherson madden
maddux madera madigan madrigal maestas magee maggard maggio magnuson mahaffey mahan maher mahler
mahon mahoney majors malave malcolm mallard mallett malley mallory malloy malone maloney mancuso
mandel maness mangrum mangum manley manning manns mansfield manson manuel manzo mapes maple maples
marble marchant marcotte marcum marcus mares marion markham markley marler marley marlin marlow
marlowe marquardt marr marrero marrs marsh marshall marston martel martell martindale martinson
martz marvin mashburn massey massie mast masters masterson mata matheny mather matherne mathes
matheson mathew mathews mathias mathis mathison matias matlock matney matson matteson matthew
matthews mattingly mattison mattos mattox mattson mauldin maupin maurer mauro maxey maxfield maya
mayberry mayers mayes mayfield mayhew maynard mayo mays maze mcabee mcadams mcafee mcalister
mcallister mcarthur mcbee mcbroom mccabe mccafferty mccaffrey mccain mccall mccallister mccallum
mccants mccarter mccartney mccarty mccaskill mccauley mcclain mcclanahan mcclary mccleary
mcclellan mcclelland mcclendon mcclintock mcclinton mccloskey mccloud mcclung mcclure mccluskey
mccollum mccombs mcconnell mccool mccord mccorkle mccormack mccormick mccown mccoy mccracken
mccrary mccray mccrea mccreary mccrory mccue mcculley mcculloch mccullough mccune mccurdy mccurry
mccutcheon mcdade mcdaniel mcdaniels mcdevitt mcdonnell mcdonough mcdougal mcdougall mcduffie
mcelhaney mcelroy mcevoy mcewen mcfadden mcfall mcfarland mcgehee mcghee mcgill mcginley mcginn
mcginnis mcginty mcgough mcgovern mcgraw mcgrew mcgriff mchale mchenry mchugh mcinnis mcintire
mckean mckee mckeever mckelvey mckenney mckenzie mckeon mckeown mckinley mckinney mcknight mckoy
mclain mclane mclaren mclaurin mclellan mclemore mclendon mcleod mcmahan mcmanus mcmaster
mcmichael mcmillen mcmillian mcmillin mcmullen mcmullin mcmurray mcnabb mcnair mcnally mcnamee
mcneal mcneely mcneill mcnulty mcnutt mcrae mcreynolds mcswain mcvay mcvey mcwhorter mcwilliams
meacham mead meade meador meadows meagher mears medley medlin medlock medrano meehan meek meeker
meeks meister melancon melanson mello melton melvin mena menchaca mendenhall meraz mercer merchant
merrell merrick merrill merriman merritt merriweather messenger messer metcalf metz metzger
metzler meyers michael michaels michaud michel michels mickelson mickens middleton miguel milam
milburn miley millan millard milligan milliken mills milne milner milton mims mincey miner mink
minnick minter minton mintz miracle miramontes mireles mitchel mitchell mitchem mixon mize mizell
moats mobley moeller moffett moffitt mohr mojica moll monaco monaghan monahan mondragon moniz monk
monroe monson montague montano montemayor montez montgomery moody mooney moorehead moorman moran
morehead morehouse morel moreland morey moriarty morley morrell morrill morrison morrissette
morrissey morrow morse mortimer morton mosby moseley moses mosher mosier mosley moss moten motley
mott moua moulton moultrie mouton mowery moye moyer moyers mudd muhammad muir mulcahy mulholland
mulkey mull mullen mullens mulligan mullin mullins mullis mumford muncy mundy munger munguia munn
munro munson murdock murrell murry muse musgrove musick musselman musser myer myers myles myrick
nabors nagle nail nance napier naquin naranjo narvaez nash nason natale nathan naylor nazario neal
nealy necaise needham neel neeley neely neff negron neil neill neilson nelms nelsen nelson nesbit
nesbitt nesmith ness nestor nettles neuman nevarez neville newberry newby newcomb newell newhouse
newkirk newland newman newport newsom newsome newson nicholas nicholls nichols nicholson nickel
nickell nickerson nielson nieves niles nixon nobles noland nolen noonan norfleet noriega norman
norris northcutt norton norwood nowell nowlin noyes nugent nunley nunn nutt nutter oakes oakley
oaks oates obrian obryan ocasio ochs oconnell oconner odell oden odom odum ogle oglesby ogrady
ohara ojeda okeefe oldham olds oleary olinger oliphant oliva olivarez olivas oliver olivera olivo
olmstead olson olvera omalley oneal oneil ontiveros oquendo ordonez ornelas orosco orourke orta
orth orton osborn osborne osburn osgood oshea osteen oster ostrander oswald oswalt otis otoole
ouellette ousley outlaw overby overman overstreet overton owens owings ozuna pabon packard packer
paddock padgett padron pagan paige paine painter palma palmer palmore pannell pantoja pape paquin
paradis pardue parenteau parham parker parkhurst parkinson parnell parr parris parrish parrott
parsley parson parsons partida partin parton partridge paschal paschall passmore pate paterson
patino patrick patten patterson pattison patton pauley paulk paulson paxton payne payton peabody
peachey peacock peake pearce pearsall pearson pease peck peckham pederson pedigo pedroza peebles
peele peeler peeples pelayo pelkey peltier pelton pemberton pence pender pendergrass pendleton
penn pennell penney pennington penrod peoples pepin peppers perales peralta percy perdue perea
perkins perreault perron perry perryman persaud pete peter peterman peterson petit petrie
pettigrew pettis pettit pettus pettway petty peyton pfaff pfeifer pharr phelan phelps phifer
philips phillip phillips philpot phipps pichardo pickard pickens pickering pickett pierson pigg
pilcher pina pinckney pinder pinkerton pinkney pinkston pino pinson pipkin pippin pirtle pitcher
pitman pitre pitt pittman pitts plank plant plante platt pleasant plourde plummer plunkett pogue
poindexter polanco poling polk pollack pollard pollock pomeroy ponder poole poore popp porras
porterfield portis posey poston potts pounds powe prater prather pratt preece prentice prescott
presley pressley prewitt prichard pride pridgen pritchett probst proctor proffitt propst provost
pruett pruitt pryor puckett pulido pullen pulley pulliam purcell purdy purnell purvis puryear
putman putnam pyle pyles qualls quarles quesada quigley quillen quimby quinlan quinonez
quintanilla raby rackley radcliffe radford radtke rael rafferty ragan ragland ragsdale rahn raines
rainey rains rainwater raley ralph ralston ramage rambo ramey ramon ramsey randall randle randolph
raney rankin rankins ransom raper rapp rash ratcliff ratliff rauch rausch rawlings rawlins rawls
rawson rayburn rayford raymond raynor razo reagan reams reardon reaves reavis rector redd redden
reddick redding redman redmon redmond reece reeder reedy reel reese reeve reeves regalado regan
reich reichert reilly reimer reinhart reiss reitz rembert remillard rendon renfro renner reno
resendez reyna reynolds rhea rhinehart rhoades rhoads rhoden rhyne richard richards richardson
richey richie richman richmond rickard ricker ricketts rickman ricks rico riddell riddick riddle
ridenour ridgeway ridley riedel rife riggins riggs rigsby riley rinehart riordan ripley ritchey
ritchie rittenhouse ritz rivard roach roark robb robbins roberge roberson robert robertson robey
robinette robins robinson robison robledo robson roby rocco rockwell roddy roden roderick rodgers
rodman rodrigue rodriquez roebuck rogers rohde rohr rojo roland rolfe roller rollins romeo romine
romo roney rood rooks rooney roper roque rosa rosado rosenbaum rosenberger rosenfeld rosenthal
ross rosser rothman roundtree rountree rouse roush rowe rowell rowland rowley roybal royster rubin
ruble rucker rudd rudolph rudy ruffin runge runyan runyon rupert rupp rush rushing russ russel
russell ruth rutland rutledge rutter ryals sabin sabo sachs saddler sadler saenz sager saiz
salcedo salcido saldivar salerno salgado salisbury sallee salley salmon salter salyer sammons
sampson sams samson samuel samuels samuelson sanabria sanborn sanches sander sanders sanderson
sandlin sands sanford sapp sargent sasser satterfield satterwhite sauceda saucedo saucier saul
sauls saunders savage savoy sawyers saxton sayers sayles saylor sayre scanlon scarborough
scarbrough schaeffer schaffer scheer schell schenck scherer schiller schindler schlegel schlosser
schoen schofield scholl schoonover schott schrader schramm schreiner schrock schuler schultz
schuman schumann schutz schwab schweitzer scoggins scott scribner scroggins scruggs scully seale
seals seaman searcy searle searles sears seaton seay sebastian seeley seely seger segovia seibert
seiler seitz selby sellars sellers sells sena senn sessoms severson seward sewell sexton seymore
seymour shackelford shafer shaffer shanahan shaner shank shanks shannon shapiro sharkey sharp
sharpe shaver shaw shay shea shearer sheehan shelby sheldon shelley shelly shelton shepard
shephard sheppard sheridan sherman sherrill sherrod sherry sherwood shifflett shine shinn shipley
shipman shipp shirey shirley shively shivers shockley shoemake shoemaker shook shore shores shoup
shouse showers shrader shriver shuler shull shultz shumaker shuman shumate shupe sibley siegel
sigler sigmon sikes silas siler sills silveira silvers silvey silvia simmons simms simonds simone
simons simonson simpkins simpson sims singletary sipe sipes sisco sisk sisson sizemore skaggs
skeen skelton skidmore skiles skinner skipper slade slagle slater slaton slattery slaughter
slayton sledge sloan slocum slone smalley smalls smallwood smiley smith smitherman smithers
smithson smoot smothers smyth snead sneed snell snider snipes snodgrass snook snow snowden snyder
soileau sokol soliz solomon solorio somers somerville sommers sonnier soper sorenson soria sorrell
sorrells sotelo soucy soule southard southerland sowell sowers spalding spangler spann sparkman
sparks sparrow spaulding spearman spears speer speight spellman spence spencer sperry spicer
spiller spillman spinks spitzer spivey spooner spradlin sprague spriggs springer sprinkle sprouse
spruill spurgeon spurlock squires stacey stackhouse stacy staggs staley stallings stallworth stamm
stamper stancil standley stanfield stanford stansberry stansbury stanton staples starkey starks
starling starnes staten staton stauffer stclair steadman stearns stebbins steed steele steen
steffen stegall steinberg steinmetz stephen stephens stephenson stepp stern stevens stevenson
stewart stickney stidham stiles stillman stillwell stiltner stine stinnett stinson stith stitt
stjohn stocker stockman stocks stockton stockwell stoddard stoker stokes stoll stoltzfus stoner
stonge storey storms stott stout stovall stover stowe stowell stowers stpierre strader strait
stratton straub strawn streeter strickler stricklin strother stroud stroup strunk stuart
stubblefield stubbs stuckey studer stull stump stumpf sturdivant sturgeon sturgill sturgis sturm
stutzman suber suggs sullivan summerlin summers summerville sumner sumpter surratt sutter sutton
swafford swain swan swank swann swanson swartz swearingen sweat sweeney sweet swenson swindle
swinney swisher switzer swope sykes sylvester sylvia tabb taber tabor tackett tafoya taft taggart
tait talbert talbot talbott tallent talley tallman tankersley tapp tarr tarrant tarver tate tatro
tatum taylor teague teal teel teeter tejada tejeda templeton tennant tenney terrell terrill
thacker tharp thatcher thayer theis theisen theriault theriot therrien thibodeau thibodeaux
thigpen thom thomason thompkins thompson thomson thorn thornburg thorne thornhill thorp thorpe
thorson thorton thrash thrasher thurman thurmond thurston tibbetts tibbs tice tidwell tierney
tijerina tiller tillery tilley tillman tilton timm timmerman timmons tindall tinsley tipton tirado
tisdale titus tobias tobin todd tolbert toler toliver tolley tolliver tomlin tomlinson tompkins
toney toole tooley toombs toomey toro torrence torrey torrez totten towle towne townes towns
townsend tracey tracy trahan trainor trammell trantham trapp trask traylor treadway treadwell
treece trejo trent tribble trice trimble triplett tripp trombley trott trotter trout troutman
trowbridge truitt truman tsosie tubbs tucker tuggle tully turcotte turley turman turnage turnbull
turney turpin tuttle tyler tyner tyree tyson ulloa ulmer underhill underwood unger upchurch upshaw
upton urena usher ussery utley vail valadez valdes valentin valentine valentino valerio valles
vanburen vanbuskirk vance vanderpool vandiver vandyke vang vanhoose vanhorn vanmeter vann vanover
vanpelt vansickle vanwinkle vargo varner varney vaughn vaught veal veilleux vela velasquez venable
verdin verduzco vergara vermillion vernon vest vetter vick vickers vickery victor viera vigil
villareal villasenor villegas vines vineyard vining vinson volk volz voss wachter waddell waddle
wadsworth waggoner wagoner wahl waite wakefield walden waldon waldron waldrop wallace wallen
waller walling wallis walls walston walters walther walton waltz walz wampler warden ware warfield
warner warnock warren warrick warwick washburn wasson waterman waters watt watters watts waugh
wayman wayne weatherford weatherly weathers weathersby weatherspoon webb webber webster weddle
weed weems wegner weidner weiler weimer weinberg weiner weir weis welborn welch weldon welker
weller wellman welton wendt wenger wentworth wentz wertz wesley wessel westbrook westcott wester
westfall westmoreland westphal wetzel whalen whaley wharton whatley wheat wheatley wheaton wheeler
whelan whetstone whipple whitcomb whited whitehead whitehouse whitehurst whiteman whitener
whiteside whitfield whiting whitley whitlock whitlow whitman whitmer whitmire whitmore whitney
whitson whitt whittaker whittemore whitten whittle whitworth whorton whyte wick wicker wickham
wicks wiese wiggins wilbanks wilber wilborn wilbur wilburn wilcox wilde wilder wiles wiley wilhelm
wilhite wilke wilkerson wilkes wilkie wilkins wilkinson wilks willard willett willey william
williamson willie williford willingham willis willoughby wills willson wilmoth wimberly winchester
windham winfield winfrey wingard wingate wingfield wingo winn winslow winstead winston winters
wiseman witcher withers witherspoon withrow witt witte wofford wolcott wold wolfe wolford womack
womble woodall woodard woodbury woodcock wooden woodley woodman woodruff woodson woodward
woodworth wooldridge wooley woolley woolsey wooten workman worley worrell worsham wortham wray
wrenn wright wyant wyatt wyche wyckoff wylie wyman wynn wynne wyrick yager yancey yancy yarborough
yarbrough yates yazzie ybarra yeager yocum yoder yost youmans young youngblood yount zachary
zambrano zaragoza zayas zeigler zepeda zimmer zink zinn zook zuber
"""
"""The commonest that are hardly anything else."""
