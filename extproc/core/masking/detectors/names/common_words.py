"""Words that are written with a capital and are no names: data, no rules."""

from __future__ import annotations

COMMON_WORDS = """\
ab abbreviated abbreviation abc abdomen abi ability able abort aborted aborting about above
absence absent absolute abstract abstraction abuja academy accelerator accents accept acceptable
accepted accepting accepts access accessed accesses accessible accessing accidental accidentally
accommodate according accordingly account accountant accounting accounts accra accumulated
accuracy accurate ache achieve achieved acknowledge aclocal acquire acquired across act action
actions activate activated activation active actively activity actor actress acts actual actually
ad ada adapt adapted add added addendum adding addition additional additions addr address
addressed addresses addressing adds adelaide adidas adjacent adjust adjusted adjustment
adjustments admin administration administrator admins admiral admission adobe advance advanced
advantage advertised advertising advice ae aeb affect affected affecting affects affidavit afghan
afghanistan afraid africa african after afternoon afterwards ag again against age agency agenda
agent aggregate aggregated ago agree agreed agreement ah ahead ai airbnb airbus airflow airforce
airlines airport airways aix aka al alabama alas alaska albania albanian alberta album alert alexa
alexandria algeria algerian algiers algorithm algorithms alias aliases align aligned alignment
alive all allah allbox alle allergies allergy alley allocate allocated allocates allocating
allocation allocations allocator allow allowed allowing allowlist allows almost alone along
alongside alpha alphanumeric already als also alt alter altered alternate alternative alternatives
although altogether always alx am amazon ambassador ambiguity ambiguous amendment america american
amet among amount amounts amsterdam an analogous analysis analyst analyze analyzed analyzer
ancestor anchor ancient and ander andra android ange angel angels angola angry angular ankara
annotation annotations annoying anonymous another ansible answer answered antarctica anthropic
antwerp any anybody anymore anyone anything anyway anywhere ap apache apart apartment api app
apparently appeal appeals appear appeared appears appellant appellee append appended appending
appends apple applicable applicant application applications applied applies applying appointment
approach appropriate appropriately approval approved approximate approximately approximation apps
april aps apt aq ar arab arabia arabic arbitrarily arbitrary arbitration arch architect
architecture architectures archive archived archives arctic are area areas aren arena arg argc
argentina argentine argentinian args argument arguments argv arising arithmetic arizona arkansas
arm armel armenia armenian army around array arrays arrive arrived arrives art article artifacts
artist as asa asc ascending ascii ash asia asian ask asked asking asks asm aspect aspects aspirin
assembler assembly assert assertion assertions asset assign assigned assignee assigning assignment
assignments assigns assist assistant associate associated associates association assume assumed
assumes assuming assumption assumptions ast asthma async asynchronous asynchronously asyncio at
athens athlete atlanta atlantic atomic atomically attach attached attachment attachments attack
attacker attacks attempt attempted attempting attempts attendees attention attest attorney attr
attribute attributes attrs au auckland audi audio audit auditor auf august aunt austin australia
australian austria austrian auth authenticate authenticated authentication author authority
authorization authorized auto autoconf autogen automake automated automatic automatically
autopkgtest autoreconf autotools autumn aux auxiliary availability available avant avenue average
aviv avoid avoided avoiding avoids await aware away aws azerbaijan azure babies baby back backed
backend backends background backing backlog backslash backslashes backup backups backward
backwards bad baghdad bahrain balancer balancing balkan baltic baltimore banana band bandwidth
bangalore bangkok bangladesh bangladeshi bank banker banking bankruptcy banks banner bar barcelona
bare baron baroness barrier barrister base based basel baseline basename bases bash basic
basically basis batch bavaria bay bayer baz bcc be beach bear became because become becomes been
beer before begin beginning begins behalf behave behaves behavior behaviour behind beijing being
beirut belarus belarusian belfast belgian belgium believe bell belong belonging belongs below
beneath beneficiary benefit bengaluru benin berlin bern berry bert beside besides best beta betas
better between beyond bhutan bias bible big bigger bigtable bill billing billion bills bin
binaries binary bind binding bindings binds bing binutils biopsy bird birmingham bishop bit
bitbucket bitcoin bitmap bits bitwise black blank blanks blob block blocked blocking blocks blood
blue bo board body boeing bogus bold bolivia bologna bombay book bookworm bool booleans boot
bootstrap borders born borrower bosch bosnia bosnian boss boston both bother botswana bottom
bought boulevard bound boundaries boundary bounds box boy boyfriend boys br brace braces bracket
brackets brain branch branches brand brazil brazilian bread break breaking breakpoint breaks
bridge brief bright brighton bring brisbane bristol britain british broadcast broke broken broker
bronx brooklyn brother brown browser browsers bruges brunei brussels bu bucket buckets budapest
buddhist buf buffer buffered buffering buffers buflen bug bugfix buggy bugs build builder building
builds built builtin builtins bulgaria bulgarian bulk bunch bundle bundled bureau burma burmese
burundi bus busan buster busy but butter button buyer bv by bye bygroups bypass byte bytearray
bytes ca cache cached caches caching cafe cairo calculate calculated calculating calculation
calculations calcutta calgary california call callback callbacks called caller callers calling
calls cambodia cambodian cambridge came cameroon campos can canada canadian canberra cancel
canceled cancellation cancelled cancer candidate candidates cannot canonical canyon capabilities
capability capable capacity cape capital captain capture captured card cardiff cardinal
cardiologist cardiology care careful carefully caribbean carriage carried carries carry casablanca
case cases cashier cast casting casts cat catalonia catch categories category cathedral catholic
caucasian caught cause caused causes causing cc cd ce cell center central centre cert certain
certainly certificate certificates cf cgo ch chain chains chan chance chancellor change changed
changelog changes changing channel channels chapter char character characters charge chars charset
chatgpt check checked checker checking checkout checks checksum cheers cheese chef chennai cherry
chest chicago chief child children chile chilean china chinese chmod choice choices choose chooses
choosing chosen chown christ christian christmas chrome chroot chunk chunks church ci cincinnati
cipher ciphers circle circuit circular circumstances cisco citizen city civil cjwatson cl claim
claimant claims clang class classes classic classmethod claude clause clean cleaned cleaning
cleanly cleanup cleanups clear cleared clearer clearing clearly clears clerk cleveland cli click
client clients clinic clock clojure clone close closed closely closer closest closing closure
cloud cls club cluster clusters cmd cmdline cmp cmsg cn co coach coast code codecs codes coding
coffee col colleague collect collected collecting collection collections collects college
collisions cologne colombia colombian colon colonel colons color colorado colors columbus column
columns com combination combinations combine combined combines combining come comes coming command
commander commands commas comment commented comments commercial commission commit commits
committed committee common commonly commonwealth communicate communication como compact companies
company compare compared compares comparing comparison comparisons compat compatibility compatible
compilation compile compiled compiler compilers compiles compiling complain complaint complete
completed completely completes completion completions complex complexity compliance compliant
complicated comply component components composed composer composite compress compressed
compression computation compute computed computer computes computing con concatenated
concatenation concept concerned concert concrete concurrent concurrently condition conditional
conditionally conditions confidentiality config configs configurable configuration configurations
configure configured configuring confirm confirmation conflict conflicting conflicts confluence
conform conforming conforms confuse confused confusing confusion congo congrats congratulations
congress congressman congresswoman conjunction conn connect connected connecticut connecting
connection connections connectivity connector connects consecutive consequence consequently
consider considered considering considers consist consistency consistent consistently consisting
consists console const constant constants constitutes constrained constraint constraints construct
constructed constructing construction constructor constructors constructs consult consultant
consulted consume consumed consumer consumes consuming consumption contact contain contained
container containers containing contains content contents context contextlib contexts contiguous
continuation continue continued continues continuing continuous contract contractor contrast
contribute contributed contributions contributors control controlled controlling controls
convenience convenient convention conversation conversion conversions convert converted converting
converts cookie coordinate coordinates cope copenhagen copied copies copilot copy copying
cordially core cores coreutils corner corp corporal corporation correct corrected corrections
correctly correctness correspond corresponding corresponds corrupt corrupted corruption cortana
cost costco costs cough could couldn council counsel counselor count counted counter counterparts
counters countess counting counts county couple course court courthouse cousin cover coverage
covered covers coworker cp cpu cq cqs cqt crash crashes crashing create created creates creating
creation credential credentials creditor credits creek crescent crew crimea criminal criteria
critical croatia croatian cron cross crt crushing crypto cryptographic cryptography cs ctx ctxt
cuba cuban current currently cursor curve custody custom customer customize customized cut cwd cwi
cycle cycles cyprus czech czechia da dad daddy daemon daily dallas damages damascus dame dangerous
dangling danish dans danube dare darwin das dash dashes data database databases dataclass
dataclasses dataplex dataset date dates datetime datetimes daughter day days db dd de dead
deadline deadlock deal dealing dealings deallocated dear death deb debhelper debian debtor debug
debugger debugging december decide decided deciding decimal decision decisions declaration
declarations declare declared declares decode decoded decoder decodes decoding decompression
decorator decrease decrypt decryption dedicated deed deemed deep def default defaulting defaults
defendant defer deferred define defined defines defining definitely definition definitions defs
del delaware delay delayed delays delete deleted deletes deleting deletion delhi deliberately
delimited delimiter delimiters delivered delivery dell delta dem demand demonstrates den denied
denmark denna denotes dentist denver deny dep department depend dependencies dependency dependent
depending depends deploy deployed deploying deployment deployments deposition deprecated
deprecation deprecations deps depth der dereference derivative derive derived des desc descending
describe described describes describing descrip description descriptions descriptor descriptors
desert design designated designed designer desirable desired despite dest destination destinations
destroy destroyed destroys detach detached detail detailed details detect detected detecting
detection detective detects determine determined determines determining deterministic detroit dev
developed developer developers development device devices devil dh dhaka diabetes diablo diagnose
diagnosis diagnostic diagnostics dial dialog dict dictionaries dictionary did didn die dies diff
differ difference differences different differently differs difficult diffs digest digit digits
dimensions dir direct direction directive directives directly director directories directory dirfd
dirs disable disabled disables disabling disallow disallowed discard discarded discards discharge
disclaimer discouraged discover discovered discovery discussed discussion disease disk disks
disney dispatch display displayed displaying displays dist distance distinct distinguish
distribute distributed distributing distribution distributions district distutils div divide
division divorce divorced diwali django djibouti dl dns do doc docker docket docs docstring doctor
document documentation documented documents does doesn dog doha doing doko dollar dolor domain
domains dominican don done donn dos dosage dot dots dotted double down download downloaded
downloading downloads downstream downtown dpkg dpy dr draft dragon drain draw drawable drawing
drawn dresden drew drinking drive driver drivers driving drop dropped dropping drops ds dst dt du
dual dubai dublin duchess due duke dummy dump dumps duplicate duplicated duplicates duplication
durante duration durban during dutch dynamic dynamically each eagerly eagle earl earlier early
earth ease easier easily east easter eastern easy eating echo eclipse ecuador edge edinburgh edit
edited editing editor edmonton ee effect effective effectively effects efficiency efficient
efficiently effort eg egid egypt egyptian eight ein eine either el elapsed elasticsearch element
elements eleven elf elif eliminate elixir eller else elsewhere em emacs email emailed embed
embedded embedding emergency emirates emit emits emitted emitting emperor empire employ employed
employee employer empty emulation en enable enabled enablement enables enabling enc enclosed
enclosing encode encoded encoder encodes encoding encodings encountered encounters encouraged
encrypt encrypted encryption end ended endian endianness endif ending endorse endpoint endpoints
ends enforce enforced eng engineer england english enhanced enhancements enough ensure ensures
ensuring enter entered entering enterprises entire entirely entities entity entries entry enum env
environment environments envoy ephemeral epoch eq equal equality equals equivalent equivalents er
era eritrea erlang err errno erroneous error errors es escaped escapes escaping especially esr
essential essentially est establish established establishes estate estonia estonian et etag etc
ethereum ethiopia ethiopian euid europe european eval evaluate evaluated evaluates evaluating
evaluation even evening event events eventually ever everest every everybody everyone everything
everywhere evidence ex exact exactly exam examination examine example examples exc exceed exceeded
exceeds excel except exception exceptions exchange excited exclude excluded excludes excluding
exclusion exclusive exec executable executables execute executed executes executing execution
executions executor execve exercise exhausted exhibit exist existed existence existing exists exit
exited exiting exits exp expand expanded expanding expands expansion expect expected expecting
expects expensive experience experimental expiration expire expired expires explain explained
explaining explanation explicit explicitly exponent exponential export exported exporting exports
expose exposed exposes expr express expressed expression expressions ext extend extended extends
extension extensions extent extern external externally extra extract extracted extracting
extraction extremely face facebook facility fact factor factors factory fail failed failing fails
failure failures fair fairly faith faithfully fake fall fallback falling falls false family far
farmer fashion fast fastapi faster fatal father fault favor fax fcntl fd fds feature features
february fed federal federation fedora fee feed feedback feeling ferrari fetch fetched fetching
fever few fewer fi fiance fiancee field fields fifth figure fiji file filename filenames filepath
files filesystem filesystems filipino fill filled filling fills film filter filtered filtering
filters final finally finance financial find finding finds fine fingerprint finish finished finite
finland finnish fired firefox firestore firewall first firstly fish fisherman fit fits five fix
fixed fixes fixing flag flags flask flat fleet flexible float floating floor florence florida flow
flush flushed flushes flushing fmt fn fname focus fold folder folders folding folks follow
followed following follows followup font fonts foo footer for forbid force forced forces forcing
ford foreground foreign foreigner forest forever forget fork form format formats formatted
formatter formatting formed former formerly forms fort fortunately forward forwarded forwarding
found foundation four fourth fox fp fpolacco fr fraction fractional fragment fragments frame
frames framework france frankfurt free freebsd freed freedesktop freeing freely frees freeway
french frequency frequently fresh friday friend friendly friends from front frozen fs ftp fudge
full fully func function functional functionality functions functools fund funds furnished further
furthermore future fw fwd ga gabon gain gambia garbage garden gardens gateway gave gc gcc gcloud
gcp gdb ge gemini gen general generally generate generated generates generating generation
generators generic geneva genoa gentoo georgian german germany get getaddrinfo getopt gets gettext
getting ghana ghanaian ghent gid girl girlfriend girls git github gitlab give given gives giving
glasgow glibc glob global globally globals glyphs gmail gmbh gmx gnu go goal god goes going golang
gold golden gone good goodbye google goroutine got goto governed governing government governor gpt
grace gracefully graduate grafana grammar grandfather grandma grandmother grandpa grant granted
grants graph graphics gray great greater greece greek green greetings grep grey groff group
grouped grouping groups grow gs gt gu guangzhou guarantee guaranteed guarantees guard guardian
guatemala gucci guess guest guide guidelines guinea guy guys gzip ha hack had hadn hadoop haifa
haiti haitian half hall halloween hamburg hampshire hand handle handled handler handlers handles
handling handshake handy hang hangs hanoi hanukkah happen happened happening happens happily happy
harbor harbour hard hardcoded harden hardening harder hardware harmless harness has hash hashed
hashes hashing haskell hasn hate have haven having hawaii hawk he head header headers health
healthcare healthy heap heard hearing heart heaven height heir held hell hello helm help helper
helpers helpful helps helsinki hence her here hereby herein hereinafter hereto hers heuristic hex
hexadecimal hey hi hidden hide hiding hierarchy high higher highest highlight highlighted
highlighting highly highway hill hills him hindu hint hints hip hired hiring his hispanic
historical history hit hiya hmm hold holder holders holding holdings holds holiday holland
hollywood holy home honda honduras hongkong honor honored hook hooks hope hopefully horizontal
horse hospital host hostname hostnames hosts hotel hotmail hour hours house houston how howdy hp
hppa hr html http https hub huge human hundred hungarian hungary hungry hurt husband hy hyderabad
hypertension hyphen hyphenation hyphens iam ibm ibuprofen iceland icelandic icon iconv icu id
idaho idea identical identically identified identifier identifiers identifies identify identifying
identity idle ids idx ie if ifdef ifndef ignore ignored ignores ignoring ikea il ill illegal
illinois illustrates im image images imam img immediate immediately immigrant immutable impact
implement implementation implementations implemented implementing implements implicit implicitly
implied implies imply import important imported importing importlib imports impossible improve
improved improvement improvements improves improving in inactive inc incident include included
includes including inclusion inclusive incoming incompatibility incompatible incomplete
inconsistent incorporated incorrect incorrectly increase increased increases increasing increment
incremental incremented indeed indefinitely indemnification indent indentation indented
independent independently index indexed indexes indexing india indian indiana indicate indicated
indicates indicating indication indicator indices indirect indirectly individual individually
indonesia indonesian industries infection inference inferred infinite infinity info inform
informatik information informational infrastructure ingress inherit inherited inherits init
initial initialization initialize initialized initializer initializes initializing initially
inject inline inlined inn inner inode input inputs insecure insensitive insert inserted inserting
insertion inserts inside inspect inspired instagram install installation installations installed
installer installing installs instance instances instantiate instantiated instead institute
institution instruction instructions instructor instructs insufficient insulin insurance insured
int intact integer integers integrated integration integrity intel intellij intended intent
intentionally interact interaction interactive interacts interconnect interconnects interest
interested interesting interface interfaces interfere intermediate internal internally internals
international internet interpret interpretation interpreted interpreter interrupt interrupted
interval intervals interviewee interviewer into intro introduce introduced introduces introduction
ints invalid inverse investments invisible invitation invocation invocations invoke invoked
invokes invoking involved involves involving io ioctl ios iota iowa ip ipsum iran iranian iraq
iraqi ireland irish irrelevant irrespective is islamabad islamic island islands isle isn israeli
issue issued issuer issues ist istanbul istio it italian italy item items iterate iterating
iteration iterations iterator itertools its itself jail jakarta jamaica jamaican jan january japan
japanese java javascript jenkins jersey jerusalem jesus jewish jira job jobs johannesburg join
joined jordanian journalist js json judge judgment july jump june jupiter jupyter jurisdiction
just justice justification kabul kafka kai kan kansas karachi kazakh kazakhstan keep keeping keeps
kentucky kenyan kept keras kernel kernels key keyboard keyring keys keyword keywords kg kibana kid
kidney kids kiev kill killed kind kindly kinds king kingdom kms knee know knowledge known knows
kolkata korea korean kosovo kotlin kuala kubernetes kurdish kuwait kwargs kyiv kyoto kyrgyzstan la
label labels lack lacks lady lagos lahore lake lambda land landlady landlord lane lang languages
laos laravel large larger largest last lastly late latency later latest latin latter latvia
latvian launch law laws lawyer layer layers layout lazily lazy lb lbx ld le lead leading leads
leaf league leak leaked leaking leaks learn learned lease least leave leaves leaving lebanese
lebanon leeds left leftover legacy legal leipzig lemon len lender length lengths lenovo les
lesotho less let lets letter letters level levels li liability lib libc liberia libm libraries
library libs libstdc libtool libya libyan license licenses licensing lie lieutenant life lifetime
light like likely lim limit limitation limitations limited limiting limits line linear lines link
linked linkedin linker linking linkname links lintian linux lion lisbon lisinopril list lista
listed listen listener listening listing lists literally literals lithuania lithuanian little live
lived liver liverpool lives living ll llama llc llp lo load loaded loader loading loads local
locale locales localhost locally locate located location locations lock locked locking locks log
logged logger logging logic logical login logo logs lombardy london lone long longer longest look
looked looking looks lookup lookups loop loopback loops lord lorem lose loss lost lot lots
louisiana louisville love low lower lowercase lowest lpr lq ls lt ltd lu luck luckily lumpur lung
luxembourg lzma ma maam mac macedonia macedonian machine machinery machines macos macro macros
madagascar madam made madras madrid magic mai maiden mail mailing main maine mainly maintain
maintained maintainer maintainers maintaining maintains maintenance mais major make makes making
malawi malaysia malaysian maldives malformed malicious mall malloc malta mama man manage managed
management manager managers manages managing manchester mandatory manhattan manifest manila
manipulate manipulation manitoba manner manpage manpages manual manually manuals many map mapped
mapping mappings maps march margin marines mark marked marker markers market marking marks markup
married mars marvel maryland mask masks massachusetts master mastercard match matched matcher
matches matching material materials math matter matters mauritius max maximum may maybe mayor
mazda me mean meaning meaningful meanings means meant meanwhile measure measured mecca mechanism
mechanisms media medical medication medina mediterranean medium meet meeting melbourne mem member
members membership memberships memcpy memory memphis memset men mention mentioned menu mercedes
mercury merely merge merged merges merging mesa message messages met meta metadata metformin
method methods metric metrics mexican mexico mi miami michigan microsoft middle midnight might
migration milan milk million milliseconds mimetypes min mind mine mingw minimal minimize minimum
minister ministry minnesota minor minus minute minutes mips mirror mirroring misc misleading
mismatch mismatches miss missed missing mississippi missouri mistake mistakenly mistakes mistral
mit mix mixed mkdir ml mmap mobile mock mod mode model models moderator modern moderna modes
modification modifications modified modifier modifiers modifies modify modifying module modules
moldova mom moment mommy monday mongodb mongolia mongolian monitor monitoring montana montenegro
month months montreal moon more moreover morning moroccan morocco moscow mosque most mostly motel
mother motion mount mountain mountains mounted mounts mouse move moved moves movie moving
mozambique mr mrs ms msg mso mtime mtk much multi multiarch multibyte multicast multilib multiline
multiple multiplication multiply multithreaded mum mumbai munich museum musician muslim must
mutable mutex mutually mx my myanmar mypy mypyc myself mysql na nairobi name named namely names
namespace namespaces namibia naming nan nanoseconds naples narrow nashville nation national native
natural nature navigation navy ne near nearest nearly nebraska necessarily necessary need needed
needing needs negative neighbor neighbour neither nel nepal nepalese nepali nephew neptune nested
nesting net netapp netbsd netflix netherlands network networking networks neurologist neurology
nevada never nevertheless new newcastle newer newest newline newlines newly news next nginx
nicaragua nice nicer niece niger nigeria nigerian night nike nil nile nine nissan no nobody
nocheck node nodes noise nokia non none nonetheless nonexistent nonstandard nonzero noon nope noqa
nor normal normalization normalize normalized normally normandy north northeast northern northwest
norway norwegian nosplit not notably notary notation note notebook noted notes nothing notice
noticed notices notification notifications notify notion nottingham notwithstanding novartis novel
november now nowhere np npm nr nroff ns null num number numbered numbers numeric numerical
numerous numpy nur nurse nv nvidia oakland obj object objects observed obsolete obsoleted obtain
obtained obtaining obvious obviously occur occurred occurrence occurrences occurs ocean oceania
octal octet october odd oder of off offer offered offers office officer official offline offset
offsets often oh ohio ok okay oklahoma ol old older oldest ole om oman omega omit omitted omitting
on once oncologist oncology one ones online only ontario onto op opaque open openai openbsd opened
opening opens openssl operand operands operate operates operating operation operations operator
operators opposed opposite ops opt optimization optimizations optimize optimized option optional
optionally options opts oq or oracle orange order ordered ordering ordinary oregon org
organization organizations oriented origin original originally orlando orthodox os osaka oslo
other others otherwise ottawa ou ought our ours ourselves out outdated outer outgoing outline
outlook output outputs outside outstanding over overall overflow overflows overhead overlap
overlapping overload overloaded overridden override overriding overrun overview overwrite
overwrites overwriting overwritten owes own owned owner ownership owns oxford oy pacific pack
package packaged packages packaging packed packet packets pad padding page pager pages pagination
paid pain pair pairs pakistan pakistani palermo palestine palestinian pam panama pandas panic
panics papa par para paragraph paragraphs paraguay paralegal parallel param parameter parameters
params parent parentheses parenthesis parents paris park parkway parliament parse parsed parser
parses parsing part partial partially participants particular particularly parties partition
partitions partner partners partnership parts party pas pass passed passes passing passwd password
passwords past pasta paste pastor pat patch patched patches path pathlib pathname pathnames paths
patient pattern patterns pause pay payload paypal pc pd peace peach peak pediatrics peek peer
pending peninsula pennsylvania people pepper pepsi per percent percentage perform performance
performed performing performs perhaps period periodic perl permanently permission permissions
permit permits permitted persian persistent person personal persons pertaining perth peru peruvian
petitioner pfizer pharmacist phase philadelphia philippines phoenix phone photographer php
physical physician pi pick picked pickle picture pid piece pieces pilot pink pip pipe pipeline
pipes pitch pittsburgh pixel pixels pizza pkg place placed placeholder placement places placing
plain plaintiff plan platform platforms play player plaza plc please plugin plugins plus pluto
pneumonia po poem point pointed pointer pointers pointing points poland police policies policy
polish poll pool pools pop pope populate populated por porsche port portability portable ported
portion portions portland porto ports portugal portuguese pos position positional positions
positive positives posix possibility possible possibly post postgres postgresql potential
potentially pour power powerpc powerpoint powers pp pr practical practice prada pragma prague pre
preamble preceded precedence preceding precise precisely precision predefined predicate prediction
prefer preference preferred prefix prefixed prefixes prefixing preparation prepare prepared
preparing prepend prepended preprocessor prescription presence present presented preserve
preserved preserves preserving president pretoria pretty prev prevent prevented preventing
prevents preview previous previously price priest primarily primary prime primitive primitives
prince princess principal principals print printable printed printer printf printing prints prio
prior priorities priority prism prison private privilege privileged privileges probability
probably probate probe problem problematic problems proc procedure procedures proceed process
processed processes processing processor processors produce produced producer produces producing
product production products prof professor profile profiles profiling prog prognosis program
programmer programmers programming programs progress project projects prometheus promise promote
promoted prompt prompted prompting prompts propagate propagated propagation proper properly
properties property proposed prot protect protected protection protestant proto protobuf protocol
protocols prototype prototypes proud provence provide provided provider providers provides
providing province provision proxies proxy ps pseudo psychiatrist psychologist pthread pthreads
ptr pty pub public publicity publicly publish published publisher publishing pubsub puerto pull
pulled pune pupil puppet pure purely purge purple purpose purposes pursuant push pushed pushes put
puts putting pwd py pydantic pygments pyright python pytorch qatar qualified qualifier quality que
quebec queen queens queried queries query querying question questions queue queued queues qui
quick quickly quiet quit quite quota quote quoted quotes quoting quran qux rabbi rabbit rabbitmq
race races radiologist radiology rails railway raise raised raises raising ramadan ran rand random
randomly range ranges rare rarely rate rather ratio raw rb rc re reach reachable reached reaches
react read readability readable reader readers reading readline readonly reads ready real realloc
really reason reasonable reasonably reasoning reasons rebase rebuild rebuilt receipt receive
received receiver receives receiving recent recently recognize recognized recognizes recommend
recommendation recommended recommends record recorded recording records recover recovery recreate
recruiter recurse recursion recursive recursively red reddit redhat redirect redirected
redirection redirects redis redistribute reduce reduced reduces reducing reduction redundant
reentrant ref refactoring refer referee reference referenced references referencing referred
referring refers reflect reflects refresh refs refuse refused refuses regarding regardless regards
regex regexp region regional regions register registered registers registration regression
regressions regular regulation reject rejected rejects related relation relationship relative
relatively release released releases relevant reliable reliably relied relies reload relocation
rely relying remain remainder remaining remains remember remote removal remove removed removes
removing rename renamed renaming render rendered rendering repeat repeated repeatedly repl replace
replaced replacement replacements replaces replacing replication replied replies reply repo report
reported reporter reporting reports repositories repository repr represent representation
representations represented representing represents reproduce reproducible republic req request
requested requesting requests require required requirement requires requiring res researcher
reservation reserve reserved reset resets resident resides resize resolution resolve resolved
resolver resolves resolving resort resource resources resp respect respectfully respective
respectively respects respond respondent response responses responsibility responsible rest
restart restarted restaurant restore restored restores restoring restrict restricted restriction
restrictions result resulted resulting results resume ret retain retained retention retired
retries retrieve retrieved retrieves retrieving retry retrying return returned returning returns
reuse reused rev reverend reverse reversed reverted reverts review revised revision revisions
revoked rewrite rewriting rewritten reykjavik rhine rhode rice rich rid right rights ring risk
river riyadh rm ro road robust role roles romania romanian rome room root rotterdam roughly round
rounded rounding rounds route router routers routes routine routines routing row rows royalty rpc
rq rsa ruby rule rules run rune runner running runs runtime russia russian rust rwanda sa
sacramento sacred sad sadly safari safe safely safer safety sahara sai said saigon sailor saint
sale salesforce salt same samoa sample samples sampling samsung sandbox sanitizer sanity sarl
satisfied satisfy saturday saturn saudi save saved saves saving saw saxony say saying says scala
scalar scale scaled scales scaling scan scanned scanning scans scc scenario scenarios schedule
scheduled scheduler schedules scheduling schema scheme schemes school scientist scope scoped
scopes score scotland scottish scratch screen script scripts se sea seal search searched searches
searching seattle sec second secondary secondly seconds secret secretary secrets section sections
secure security sed see seed seeing seek seem seems seen sees segfault segment segmentation
segments seldom select selected selecting selection selector selects self sell seller sem semantic
semantics semicolon semicolons senate senator send sending sends senegal sense sensible sensitive
sent sentence sentinel seoul separate separated separately separating separator separators
september seq sequence sequences sequential sequentially ser serbia serbian sergeant serial
serialization serialized series serious serve served server servers serves service services
serving session sessions set setgid sets setting settings settlement setuid setup setuptools seven
several severity seville seychelles sh sha shadow shall shanghai shape share shared shares sharing
she sheffield shell shells shenzhen shields shift shifted ship shipped shop short shortcut shorter
shorthand should shouldn show showing shown shows shut shutdown si siberia sick sid side sides
siemens sig sigaction sign signal signals signature signatures signed significant significantly
signifies signing signs sikh silence silent silently silicon silver similar simple simpler
simplest simplified simplify simply simultaneous simultaneously since sincerely sine singapore
singer single singleton sink sir siri sistema sister sit site sites sitting situation situations
six size sized sizeof sizes skip skipped skipping skips sky sl slack slash slashes sleep sleeping
slice slices slightly slot slots slovak slovakia slovenia slovenian slow slower small smaller
smallest smart snake snapshot snapshots snippet snowflake so society sockaddr socket sockets soft
software solana sold soldier sole solely solicitor solid solution solve somali somalia some
somebody somehow someone something sometimes somewhat somewhere son soname song sony soon sorry
sort sorted sorting sorts source sources south southampton southeast southern southwest spa space
spaces spacing spain span spanish sparc spark sparse spawn speak speaker speakers speaking spec
special specialized specially specific specifically specification specifications specified
specifier specifiers specifies specify specifying specs speed spelling spend spent split splits
splitting spoke sponsor spouse spring spurious sql sqlite square src srcdir srl ss ssh ssl st
stability stable stack stackoverflow stacks stadium staff stage stale stamps stand standalone
standard standards standing stands star starbucks stars start started starting starts startup stat
state stated statement statements states static statically staticmethod station statistics stats
status statuses statute stay stayed stays std stddef stderr stdin stdint stdio stdlib stdout step
steps still stock stockholm stop stopped stopping stops storage store stored stores storing story
str straight strange stranger strategy stray strconv stream streamed streaming streams street
strict strictly string strings strip stripe stripped stripping strong strongly struct structs
structure structured structures stub stubs stuck student studio study stuff stuttgart style styles
stylesheet su sub subclass subclasses subcommand subcommands subdirectories subdirectory subject
sublicense submit submitted submodule submodules subnet subnets subnetwork subpoena subprocess
subscription subsections subsequent subsequently subset substantial substitute substituted
substitution substitutions substring subsystem subtle subtype suburb succeed succeeded succeeds
success successful successfully successive such sudan sudanese sufficient sufficiently suffix
suffixes sugar suggest suggested suggestion suggestions suggests suitability suitable suite sum
summary summer summons sun sunday super superfluous supermarket superseded superset superuser
supervisor supplementary supplied supplier supply support supported supporting supports supposed
suppress suppressed supreme sur sure surface surgeon surgery surname surrounding suse suspect
suspend suspended svelte swap swaziland sweden swedish swift swiss switch switched switches
switching switzerland sworn sydney sym symbol symbolic symbols symlink symlinks symptom symptoms
sync synchronization synchronized synchronous synchronously syndrome synonym synopsis syntax syria
syrian sys syscall syscalls syslog system systemd systems ta tab table tableau tables tabs tag
tagged tags tail taipei taiwan tajikistan take taken takes taking tal talk talking tampa tan
tanzania tanzanian tar tarball tarballs target targeted targeting targets task tasks tcp td te tea
teacher team teams technical technically tehran tel tell telling tells temp template templates
temple temporarily temporary ten tenant tennessee tensorflow term termcap terminal terminals
terminate terminated terminates terminating termination terms terrace terraform territory tesla
test testament testcase tested testimony testing tests testsuite texas text texted textual th thai
thailand thames than thank thanks thanksgiving that the theater theatre their theirs them theme
themselves then theory therapist therapy there therefore thereof these they thing things think
thinking third thirdly this those though thousand threading threads three threshold through
throughout throughput throw throwing thrown throws thursday thus thyrsus ticket tier tiger till
time timed timeout timeouts timer timers times timestamp timestamps timezone timing tiny tired
title titles tk tls tm tmp to today todo together togo token tokens tokyo told tomcat tomorrow
tonga tonight too took tool toolchain tools toolset top topic topics torah toronto total touch
toward towards tower town toyota tp tr trace traceback traces tracing track tracked tracker
tracking tracks trademark traditional traffic trailing transaction transfer transferred transform
transformation transformed transforms transition transitions translated translates translating
translation translations transmission transmitted transparent transparently transport trap travel
traversal traverse traversing travis treat treated treatment treats tree trees trello trial
tribute trick tried tries trigger triggered triggering triggers trip triple trivial troff trouble
true truly truncate truncated truncation trunk trust trusted trustee try trying ts tt tty tuesday
tuning tunis tunisia tunisian tuple tuples turin turkey turkish turkmenistan turn turned turns
tuscany tutorial tv tweak twelve twice twitter two ty tylenol typ type typed typedef types
typescript typical typically typing typo typos uber ubuntu udp uganda ugandan uid uint uintptr uk
ukraine ukrainian ul um uma umask un una unable unaffected unavailable unbreakable unchanged uncle
uncompressed unconditionally und undef undefined under underflow underline underlying underneath
underscore underscores undersigned understand understands understood undo undocumented une
unexpected unfortunately unified unimplemented uninitialized uninstall union unique uniquely
unistd unit units unittest university unknown unless unlike unlikely unlimited unlink unlock
unmodified unnamed unnecessarily unnecessary unneeded unpack unpacked unprivileged unreachable
unrecognized unrelated unsafe unset unsigned unspecified unstable unsupported until untrusted
unusable unused unusual unwanted up upcoming update updated updates updating upgrade upgraded
upgrades upgrading upload uploaded upon upper uppercase upstream uptown uranus uri url urllib urls
uruguay us usa usable usage use used useful useless user username users uses using usual usually
utah util utilities utility utils utrecht uuid uzbekistan vaccine vagrant val valencia valgrind
valid validate validated validating validation validity valley value values van vancouver vanuatu
var variable variables variadic variant variants variations varies variety various vars vary ve
vector vectors vegas vendor venezuela venezuelan venice ventures venus verbatim verbose verbosity
verdict verification verified verifies verify verifying vermont verona vers versa verse versie
version versionadded versioned versioning versions versus very vi via vice victim video vienna
vietnam vietnamese view viewed viewport views village vim violation virtual visa visibility
visible visit visited visual vital vitals vm vmware void volatile volkswagen volume volumes
volunteer volvo von vroff vs vsnapshot vue vulnerability vulnerable wait waiter waiting waitress
waits wales walk walking wall walmart want wanted wants war ward warm warn warning warnings warns
warranty warsaw was washington wasm wasn watch water way ways we weak web website wednesday week
weekend weeks weight weird welcome well wellington welsh went werden were weren west western what
whatever wheel when whence whenever where whereas whereby whether which whichever while white
whitespace who whole whom whose why wide widely widget width wife wikipedia wild wildcard
wildcards will win window windows wine winnipeg winter wird wire wisconsin wise wish with withheld
within without witness wolf woman women won word worden wording words work workaround workarounds
worked worker workers workflow working workload workloads works workspace world worldwide worried
worse worst worth would wouldn wow wrap wrapped wrapper wrappers wrapping wraps writable write
writer writes writing written wrong wrote www wyoming xcode xml xz yahoo yaml year years yellow
yemen yemeni yep yes yesterday yet yield yields yokohama york you your yours yourself youtube
zambia zero zeroes zeros zimbabwe zip zlib zonal zone zones zoom zou zu zurich
"""
"""Common words of prose, technology and business; months, places, companies, products."""
