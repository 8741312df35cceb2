"""How hard a page is to read: its prose, and the Flesch-Kincaid grade of that prose.

Counted are sentences of four words or more. Shorter ones are labels, and would make every page look
easier than it is. What nobody can say in other words counts as one easy word: names of people,
medicines, symptoms and publishers, what people typed, numbers, and titles in quotation marks.
"""

import re
from functools import cache
from html.parser import HTMLParser

from therapies.catalogue import catalogue

# A tag that does not end a sentence.
INLINE = {"a", "abbr", "b", "bdi", "code", "em", "i", "kbd", "s", "small", "span", "strong"} | {
    "sub",
    "sup",
    "time",
}
# What is no prose, or is said by somebody else.
SKIPPED = {"head", "script", "style", "template", "svg", "select", "textarea"}
SKIPPED_CLASSES = {"citation", "note-text", "codes", "secret"}
# The parts of every page: they would make a hard page look easy.
SHARED = {"outbox", "asks", "foot", "whose", "site", "tabs"}
VOID = {"br", "img", "input", "meta", "link", "hr", "circle", "path", "rect", "wbr"}
NAME = "Kim"
MARK = r"(?:, if severe)?"  # beside a name in a list of symptoms
SHORTEST = 4  # words


class Prose(HTMLParser):
    """Collects the blocks of text inside `main`, or of a whole page that has none."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str] = [""]
        self.open: list[tuple[str, bool, bool]] = []  # tag, is skipped, ends a block
        self.in_main = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = set((dict(attrs).get("class") or "").split())
        ends = tag not in INLINE or bool(classes & {"button", "hint", "soft", "dot"})
        if ends:
            self.blocks.append("")
        if tag in VOID:
            return
        skipped = tag in SKIPPED or bool(classes & (SKIPPED_CLASSES | SHARED))
        skipped |= ("aria-hidden", "true") in attrs or (tag != "html" and "lang" in dict(attrs))
        self.open.append((tag, skipped, ends))
        if tag == "bdi":
            self.blocks[-1] += NAME
        self.in_main += tag == "main"

    def handle_endtag(self, tag: str) -> None:
        while self.open:
            last, _skipped, ends = self.open.pop()
            if ends:
                self.blocks.append("")
            self.in_main -= last == "main"
            if last == tag:
                return

    def handle_data(self, data: str) -> None:
        if not self.in_main or any(skipped for _tag, skipped, _ends in self.open):
            return
        if all(tag != "bdi" for tag, _skipped, _ends in self.open):
            self.blocks[-1] += data


def prose(page: str) -> list[str]:
    """Return the texts of a page, one for each block."""
    parser = Prose()
    parser.feed(page)
    parser.close()
    return [text for block in parser.blocks if (text := " ".join(block.split()))]


def sentences(blocks: list[str], *, own_names: tuple[str, ...] = ()) -> list[str]:
    """Return the sentences that count, each name in them as one easy word."""
    every = [part for block in blocks for part in re.split(r"(?<=[.?!])\s+", block)]
    easy = [_easy(sentence, own_names) for sentence in every]
    return [sentence for sentence in easy if len(words_of(sentence)) >= SHORTEST]


def grade(said: list[str]) -> float:
    """Return the Flesch-Kincaid grade of sentences: years at an American school; age less 5."""
    words = [word for sentence in said for word in words_of(sentence)]
    if not words:
        return 0.0
    syllables = sum(syllables_of(word) for word in words)
    return round(0.39 * len(words) / len(said) + 11.8 * syllables / len(words) - 15.59, 1)


def words_of(sentence: str) -> list[str]:
    return re.findall(r"[A-Za-z]+(?:[’'][a-z]+)?", sentence)


def _easy(sentence: str, own_names: tuple[str, ...]) -> str:
    """Put one easy word in the place of each name, number, title and address."""
    for name in own_names:
        sentence = sentence.replace(name, NAME)
    sentence = re.sub(r"“[^”]*”|\S+@\S+|\S*\w/\S*", NAME, sentence)
    sentence = _names().sub(NAME, sentence)
    sentence = re.sub(rf"{NAME}{MARK}(?:(?:, |; | and | or ){NAME}{MARK})+", NAME, sentence)
    sentence = re.sub(r"\d[\d.,:/–-]*( ?(°[CF]|am|pm|UTC))?", "one", sentence)
    # A capital inside a sentence begins a name.
    return re.sub(r"(?<=[a-z,’] )(?!I\b)[A-Z][\w-]+(?: [A-Z][\w-]+)*", NAME, sentence)


@cache
def _names() -> re.Pattern[str]:
    known = catalogue()
    names = {
        *(symptom.label for symptom in known.symptoms.values()),
        *(symptom.label_us for symptom in known.symptoms.values()),
        *(therapy.name for therapy in known.therapies.values()),
        *(brand for therapy in known.therapies.values() for brand in therapy.brands),
        *(kind.label for kind in known.classes.values()),
        *(medicine.name for medicine in known.medicines.values()),
        *(group.label for group in known.groups.values()),
        *(source.publisher for source in known.sources.values()),
        *(country.name for country in known.countries.values()),
        *("acute lymphoblastic leukaemia", "leukaemia", "leukemia"),
    } - {""}
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)


# Where the rule below miscounts words of ours.
COUNTED = {
    "another": 3,
    "area": 3,
    "being": 2,
    "create": 2,
    "created": 3,
    "diary": 3,
    "diaries": 3,
    "doing": 2,
    "every": 2,
    "everybody": 4,
    "everything": 3,
    "eye": 1,
    "going": 2,
    "idea": 3,
    "quiet": 2,
    "science": 2,
    "seeing": 2,
    "somebody": 3,
    "someone": 2,
    "something": 2,
    "sometimes": 2,
    "somewhere": 2,
    "therefore": 2,
    "theirs": 1,
}


def syllables_of(word: str) -> int:
    """Count vowels as they are heard: a rule of thumb that is right for nearly every plain word."""
    word = re.sub(r"[^a-z]", "", word.lower().replace("’s", ""))
    if word in COUNTED:
        return COUNTED[word]
    word = re.sub(r"(?<=[^aeiouy]e)(?=ly$|ment|where)", "-", word).replace("e-", "")
    word = re.sub(r"(?<=[^aeiouy])(?<![lr]l)e(d|s)?$", _silent, word)
    word = re.sub(r"(?<=[a-z]{2}[^td])ed$", "d", word)
    groups = re.findall(r"[aeiouy]+", word)
    apart = re.findall(
        r"(?<![cst])ia|io(?!n)|iu|(?<!g)ua(?!r)|eo(?!p)|ying|ier|[aeou]y[aeou]", word
    )
    return max(1, len(groups) + len(apart))


def _silent(found: re.Match[str]) -> str:
    """Drop an e that is not heard; table, hated and boxes keep theirs."""
    before = found.string[: found.start()]
    if found[1] == "s" and re.search(r"(s|x|z|ch|sh|c|g)$", before):
        return found.group()
    if found[1] == "d" and before[-1] in "td":
        return found.group()
    if not found[1] and re.search(r"[^aeiouy]l$", before):
        return found.group()
    return found[1] or ""
