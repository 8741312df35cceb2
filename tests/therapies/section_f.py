"""The vocabulary as the diary was asked for: slug | kind | words that people type."""

KINDS = {"S": "severity", "T": "temperature", "Y": "yes-no"}

SECTION_F = """
fever | T | temp, temperature, burning up, hot, pyrexia
chills | S | shivers, rigors, shaking with cold, hot and cold
sweating | S | sweats, night sweats, clammy
infection-signs | S | infected line, chest infection, water infection, feel fluey
trouble-breathing | S | short of breath, breathless, out of breath, puffed, can't catch my breath
wheezing | S | wheezy, whistling chest
headache | S | sore head, head pounding, migraine
dizziness | S | woozy, giddy, room spinning, faint
confusion | S | muddled, not making sense, foggy, disorientated, disoriented
agitation | S | restless, worked up, not themselves
reduced-consciousness | S | can't stay awake, won't wake up, spaced out
passing-out | Y | fainted, blacked out, collapsed
seizure | Y | fit, convulsion, jerking
trouble-speaking | S | slurring, can't find words, words jumbled
trouble-understanding | S | can't follow what people say
loss-of-balance | S | wobbly, unsteady, falling over, walking funny
tremor | S | shaky hands, trembling
nausea | S | queasy, sick to my stomach, off my food
vomiting | S | puking, can't keep anything down
diarrhoea | S | the runs, loose poo, watery stools, diarrhoea, diarrhea
constipation | S | can't go, bunged up, blocked up
abdominal-pain | S | stomach ache, tummy ache, cramps in my tummy, belly pain
muscle-aches | S | aching all over, sore muscles, myalgia
muscle-cramps | S | spasm, cramp
leg-aches | S | heavy legs, sore legs
leg-cramps | S | charley horse, cramp in my calf
joint-pain | S | sore knees, arthritis pain
joint-stiffness | S | stiff in the morning
rash | S | itching, spots, hives, red skin
dry-flushed-skin | S | dry red skin
bruising | S | bruise easily, purple marks
bleeding | S | nosebleed, bleeding gums, won't stop bleeding
fatigue | S | tired, exhausted, wiped out, no energy
sleep-problems | S | insomnia, awake all night
anxiety | S | worried, panicky, low, tearful
irritability | S | snappy, grumpy, short-tempered
swelling-limbs | S | puffy ankles, oedema, edema, water retention
weight-loss | S | clothes loose
thirst | S | dry mouth, can't stop drinking
low-urine | S | weeing less, peeing less, urinating less
dark-urine | S | dark wee, dark pee
low-potassium | Y | low K
low-blood-count-result | Y | neutropenic, low platelets, anaemic, anemic
"""

# The words beyond the five sources (D4), with no synonyms prescribed.
SECTION_D4 = {
    **dict.fromkeys(("rapid-weight-gain", "abdominal-swelling", "palpitations"), "S"),
    **dict.fromkeys(("one-sided-leg-swelling", "mouth-sores", "cough", "sore-throat"), "S"),
    **dict.fromkeys(("pins-and-needles", "appetite-loss", "hair-loss", "peeing-a-lot"), "S"),
    **dict.fromkeys(("chest-pain", "face-throat-swelling", "jaundice"), "S"),
    "vomiting-blood-black-stools": "S",
    "sudden-vision-loss": "Y",
    "one-sided-weakness": "Y",
}

# Words that need a question: every meaning has to be offered.
AMBIGUOUS = {
    "sick": {"nausea", "vomiting", "infection-signs"},
    "shaky": {"tremor", "chills"},
    "drowsy": {"fatigue", "reduced-consciousness"},
    "wobbly": {"loss-of-balance", "dizziness"},
    "faint": {"dizziness", "passing-out"},
    "restless": {"agitation", "irritability"},
    "irritable": {"agitation", "irritability"},
    "cramps": {"leg-cramps", "muscle-cramps", "abdominal-pain"},
    "aches": {"leg-aches", "muscle-aches"},
    "tight chest": {"trouble-breathing", "chest-pain"},
    "hot and cold": {"fever", "chills"},
    "fit": {"seizure"},
    "spots": {"rash", "bruising"},
    "swollen": {"swelling-limbs", "face-throat-swelling"},
    "numb": {"pins-and-needles", "one-sided-weakness"},
}


def rows() -> list[tuple[str, str, list[str]]]:
    """Return slug, kind and words of every line of section F."""
    table = []
    for line in SECTION_F.strip().splitlines():
        slug, kind, words = (part.strip() for part in line.split("|"))
        table.append((slug, KINDS[kind], [word.strip() for word in words.split(",")]))
    return table
