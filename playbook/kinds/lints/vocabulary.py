"""The words by which a milestone is judged: what can be seen, what is only felt, and who acts."""

from __future__ import annotations


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# What somebody feels, knows or is, which nobody else can see; and words that only praise.
VAGUE = _set(
    """good great excellent strong solid positive favourable favorable healthy warm hot fantastic amazing
    interested interest interesting keen eager engaged engagement excited excitement enthusiastic
    enthusiasm comfortable confident confidence happy satisfied satisfaction pleased delighted impressed
    convinced committed commitment supportive receptive open ready prepared willing serious seriously
    motivated aware awareness understand understands understood understanding know knows believe
    believes believed feel feels felt think thinks thinking thought like likes liked love loves loved
    want wants trust trusts rapport relationship chemistry alignment aligned momentum traction appetite
    sentiment vibe appreciate appreciates appreciated recognise recognises recognised recognize
    recognizes recognized realise realises realised realize realizes realized value values valuable see
    sees seen likely probably promising hopeful optimistic potential clear clearly obvious compelling
    qualified fine well nicely smoothly better priority prioritise care cares buy-in onboard favourite
    preferred warmly positively favourably favorably strongly eagerly happily enthusiastically seem
    seems seemed appear appears appeared leaning lean might perhaps maybe somewhat really very"""
)
VAGUE_PHRASES = (
    "on board",
    "bought in",
    "buys in",
    "gets it",
    "on our side",
    "open to",
    "come round",
    "moving forward",
    "going well",
    "no concerns",
    "makes sense",
)

# Acts that leave something a second person can look at. By lemma: past, participle and third person where they
# are not regular.
ACTS = _set(
    """accept add allocate amend appoint approve arrange arrive assign attach attend authorise authorize
    award book bring budget calculate cancel change check choose circulate clear close come comment
    commission compare compile complete connect copy correct count countersign create cut date decline
    deliver deposit dial dig disclose draft draw drive edit elect email enter exchange extend file fill
    fly forward give grant hand hang hold host include initial initiate inspect install introduce invite
    invoice issue join label lay leave lend let list lock log mail map mark match measure meet message
    minute move name nominate notarise number offer open order pass pay phone photograph pick place post
    present print produce provide publish put quote raise ratify read receive record redline refuse
    register reject release remove rename repeat replace reply report request reserve respond return
    ring run sample scan schedule scrap select send serve set share show sign sketch slot start stamp
    stop submit supply switch take tender terminate test tick time transfer try type unlock update
    upload use verify visit vote walk weigh withdraw withhold write"""
)
# Saying is an act as well, but only where what was said can be written down and checked.
SPEECH = _set(
    """acknowledge admit agree announce answer ask assure commit concede confirm declare describe disagree
    explain express indicate mention outline pledge promise recount repeat report say signal state
    suggest tell voice"""
)
WRITTEN = _set("email mail message reply respond write answer comment")  # what is said, but can be kept

IRREGULAR = {
    "bought": "buy",
    "brought": "bring",
    "came": "come",
    "come": "come",
    "chose": "choose",
    "chosen": "choose",
    "cut": "cut",
    "drawn": "draw",
    "drew": "draw",
    "driven": "drive",
    "drove": "drive",
    "dug": "dig",
    "flew": "fly",
    "flown": "fly",
    "gave": "give",
    "given": "give",
    "held": "hold",
    "hung": "hang",
    "laid": "lay",
    "left": "leave",
    "lent": "lend",
    "met": "meet",
    "paid": "pay",
    "put": "put",
    "rang": "ring",
    "ran": "run",
    "run": "run",
    "read": "read",
    "said": "say",
    "sent": "send",
    "set": "set",
    "shown": "show",
    "taken": "take",
    "took": "take",
    "told": "tell",
    "withdrawn": "withdraw",
    "withdrew": "withdraw",
    "withheld": "withhold",
    "written": "write",
    "wrote": "write",
}

# Acts that need nobody named, because only the buyer's side can do them.
ONLY_THEIRS = _set(
    "accept approve authorise authorize award cancel countersign decline grant initial notarise pay ratify refuse"
    " reject sign terminate vote"
)
# Acts without an object.
WITHOUT_OBJECT = _set("agree answer attend comment arrive come log pay phone reply respond sign vote")
ARRIVALS = _set("arrive come")  # of a paper, not of a person
PARTICLES = _set("off out up down over back away aside along")
FILLED_IN = _set("fill hand log send")  # "in" belongs to these, not to a place
# Whatever else ends in -ed and is done, or has an object, can be seen, unless it is one of these.
UNSEEN = _set(
    """absorbed accelerated achieved addressed adopted advanced aligned anticipated appreciated assessed
    attained awaited bonded clarified coached considered contemplated contacted convinced covered
    cultivated decided deepened defined demonstrated desired determined developed digested discovered
    discussed educated embraced empowered endorsed enjoyed ensured established evaluated evolved
    examined expanded expected experienced explored faced favoured favored finalised finalized followed
    formed gained gauged generated grown handled highlighted identified imagined impressed improved
    increased influenced informed intended internalised justified landed learned liked loved maintained
    managed matured merited mitigated motivated nailed navigated needed noticed nurtured obtained opened
    overcome perceived persuaded planned positioned prepared prioritised prioritized promised progressed
    proved pursued qualified reached realised realized reassured recognised recognized reduced
    remembered resolved respected reviewed satisfied secured sensed shaped signalled solved sorted
    strengthened supported surfaced targeted tracked trusted uncovered unearthed validated valued wanted
    warmed weathered welcomed wished"""
)
SIMPLE_PASTS = _set("came chose drew drove flew gave ran rang took withdrew wrote")
# Acts whose third person may be a noun as well.
NOUNS = _set(
    """answer book budget change check comment copy count date deposit dial draft edit email exchange file
    grant host invoice issue label list lock log mail map mark match measure message minute move name
    number offer open order photograph pick place post present print quote read record release reply
    report request return ring run sample scan schedule share show sign sketch slot stamp start state
    stop supply switch test tick time transfer try update upload use visit vote walk"""
)
CHECKS = _set("check count measure inspect verify compare calculate weigh sample test")

# Where a thing is written down on the buyer's side, or can be looked up.
PLACES = _set(
    """file folder minutes plan log register system erp letter report agenda diary diaries calendar
    contract order record records spreadsheet list archive portal ledger room note invoice budget bid
    tender requisition schedule timetable roster rota sheet website intranet inventory map drawing form
    page catalogue newsletter"""
)
DOCUMENTS = _set(
    """email e-mail letter message reply minute minutes note list spreadsheet form contract order
    photograph photographs photo photos log record agreement nda certificate receipt report
    questionnaire criteria plan drawing sample samples invitation document documents file files data
    figures scorecard signature consent invoice notes access number keys signature msa sow po"""
)
THEIR_DOCUMENTS = _set(
    """purchase po deposit requisition intent minute minutes consent permit budget receipt tender signature
    signatures payment"""
)
# What can be given, shown or expressed without anybody being able to see it.
ABSTRACT = _set(
    """feedback interest commitment support impression indication signal signals reaction enthusiasm trust
    confidence buy-in attention priority thought thoughts time appreciation willingness openness concern
    concerns blessing agreement nod signs sign hope intention desire need pain value benefit benefits"""
)
# What moves, grows and opens up without anybody doing anything.
STATES = _set(
    """relationship relationships conversation conversations momentum deal deals opportunity discussion
    discussions talks interest need pain value trust chemistry solution fit process timing mood
    credibility urgency appetite case story message vision position"""
)
STANDS = _set("is are stands stand lies appears appear recorded filed")
HOLDS = _set("has contains carries includes bears holds shows names lists states says")
LIGHT = _set("give show share provide make take offer bring express send put leave")

SELLERS = _set(
    """ae aes rep reps sdr sdrs bdr bdrs salesperson salespeople seller sellers sales presales pre-sales
    consultant consultants"""
)
US = _set("we i ourselves")
OURS_BUT_THEIRS = _set(
    "champion champions sponsor contact contacts coach buyer customer client prospect counterpart"
)
THEIRS = _set(
    """buyer buyer's buyers buyers' customer customer's customers client client's clients prospect
    prospect's their they"""
)
# What sellers make and do, which by itself says nothing about the buyer.
OUR_THINGS = _set("proposal demo demonstration pitch deck quote quotation presentation pricing")

MODALS = _set("will would should could might may can must shall to cannot can't won't wouldn't")
BE = _set("is are was were be been being gets got get")
HAVE = _set("has have had having has/have")
ADVERBS = _set(
    """not never also already each both all even once again now then since just only already twice herself
    himself themselves themself itself jointly never formally finally first fully personally"""
)
PREPOSITIONS = _set(
    """in on to for from with by at of during after before against within without via as into through about
    across over under until till per between among upon onto off since when while if because once"""
)
BREAKS = _set(
    """when while because if although though whereas unless whether that which who whom whose what where
    how"""
)
SPECIFIC = _set(
    """name names date dates figure figures reason reasons cost costs number numbers amount price deadline
    limit percentage which what who whose whom where how when day month quarter threshold rate code line
    clause two three four five six seven eight nine ten twelve twenty"""
)
BEFORE_NOUNS = _set("the a an and of their our his her its no every each any")
BEFORE_OBJECTS = _set(
    """the a an us our their its his her it them all every each which what who whose that in two three no
    to by"""
)
NUMBERS = _set("two three four five six seven eight nine ten eleven twelve several many some")
NO_AGENT = _set(
    """phone email e-mail message post hand letter text telephone video noon friday monday then now mid end"""
)
