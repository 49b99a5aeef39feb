"""Compare and sort words the same way on every page and on both databases.

Three functions, because three questions differ: ``fold`` finds ("ete" finds « Été »), ``identity`` tells whether
two names are one (« Marche » is not « Marché »), ``sort_key`` puts names in French order. They are pure: a column that
must be searched, unique or sorted stores their result, made when the row is written.
"""

import re
import unicodedata

# Characters without width or ink: format controls, variation selectors, fillers.
_UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
UNSEEN = re.compile(f"[{_UNSEEN}]")
_UNSEEN_OR_BROKEN = re.compile(f"[{_UNSEEN}\ud800-\udfff]")
# Every kind of space, line end and control character counts as one space.
_SPACES = re.compile("[\\s\x00-\x20\x7f-\xa0\u2800]+")
_ACCENTS = re.compile("[\u0300-\u036f]")
# Marks outside Latin: vowel signs of Arabic and Hebrew among others. ``_without_mark`` handles each.
_MARKS = re.compile("[^\\w\\s\x21-\x7e]")
_QUOTES = re.compile("['\"\u00ab\u00bb\u2039\u203a]")
_SIGN_AND_SPACE = re.compile(" [^\\w ] ?|[^\\w ] ")
# Characters of one meaning. Applied before NFKD, which would turn the spacing accents ` and ´ into spaces.
_SAME_SIGN = {
    **dict.fromkeys("`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u1fef\u1ffd\u2018\u2019\u201a\u201b\u2032\u2035\uff07", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\uff02", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-"),
    "œ": "oe",
    "Œ": "OE",
    "æ": "ae",
    "Æ": "AE",
}
# Letters with a stroke, which Unicode does not decompose, and the dotless i.
_WITHOUT_STROKE = dict(zip("øłđðħŧı", "olddhti", strict=True))
# A pattern is ten times quicker than ``str.translate`` on a text where few characters match.
_SIGNS, _STROKES = re.compile(f"[{''.join(_SAME_SIGN)}]"), re.compile(f"[{''.join(_WITHOUT_STROKE)}]")
# Letters that look like Latin ones (Cyrillic, Greek, Armenian, small capitals), before case is folded: « Η » is no «
# η ».
_DRAWN = str.maketrans(
    "АВЕЅІЈКМНОРСТУХҺԌԚԜаеѕіјорсухһԁԛԝквмнтгпԍ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβεηικνορστυχϲγω" + "ՕՍԼօսհոցզ" + "ɑɡᴀᴅᴇɪʟᴍɴᴏʀꜱᴛᴜ",
    "abesijkmhopctyxhgqwaesijopcyxhdqwkbmhtrng" + "abezhikmnoptyxabenikvopotuxcyw" + "oulouhnqq" + "agadeilmnorstu",
)
_ONE_STROKE = str.maketrans("i1|0", "lllo")
# Letters of African and former alphabets that differ from a plain one by a hook or a bar, once case is folded.
_HOOKED = str.maketrans(
    "ƀƃɓƅƈȼƌɗɖȡɇɛƒɠǥɨɩǀǃɉȷĸƙƚȴƞɲȵŋɵƥƿɋɍʀȿƨƫƭʈȶʉʊʋʌƴɏɣƶȥɀ\u03bc",
    "bbbbccddddeefgglllljjkkllnnnnoppqrrssttttuuvayyyzzzu",
)
_POINT_IN_WORD = re.compile(r"[!¡](?=\w)")  # looks like an i
_REGIONAL = dict(zip(range(0x1F1E6, 0x1F200), "abcdefghijklmnopqrstuvwxyz", strict=True))
_SKELETON_WORDS = re.compile(r"[^\W_]+")
_LONGEST_KEY = 600  # bytes: PostgreSQL's limit for an index entry is 2,704


def fold(text: str) -> str:
    """Return the words of ``text`` for search, filters and suggestions: without case, accents and typography.

    Quotes and apostrophes count as a space, and a space beside any other sign counts for nothing: « 30 % » is "30%".
    """
    words = _tidy(_QUOTES.sub(" ", _MARKS.sub(_without_mark, unaccented(text))))
    return _SIGN_AND_SPACE.sub(_without_space, words)


def unaccented(text: str) -> str:
    """Return ``text`` without case and accents, with one kind of space; its signs and quotes stay."""
    return _tidy(_STROKES.sub(lambda letter: _WITHOUT_STROKE[letter.group()], _ACCENTS.sub("", _alike(text))))


def identity(text: str) -> str:
    """Return a key that is equal for two spellings of one name: like ``fold``, with accents and signs."""
    return _tidy(unicodedata.normalize("NFC", _alike(text)))


def sort_key(text: str) -> bytes:
    """Return bytes in French order: letters first, then accents, then lower case before upper case, then the rest.

    Signs and spaces sort before digits, digits before letters: « Loire-Atlantique » is before « Loiret ».
    """
    letters = "".join(map(_sign_as_space, unaccented(text)))
    accents = unicodedata.normalize("NFD", identity(text))
    case = _UNSEEN_OR_BROKEN.sub("", unicodedata.normalize("NFC", text)).swapcase()
    return f"{letters}\x00{accents}\x00{case}".encode()[:_LONGEST_KEY]


def skeleton(text: str) -> str:
    """Return what a name looks like at a glance: letters alone, one for all that look alike.

    Two names of one skeleton may be different names; it finds a name that could pass for another.
    """
    return _joined("".join(filter(str.isalnum, _look_alike(text).translate(_ONE_STROKE))))


def skeleton_words(text: str) -> list[str]:
    """Return the skeleton of each word of ``text``, in order; an apostrophe or a hyphen ends a word, a number stays."""
    found = _SKELETON_WORDS.findall(_look_alike(text))
    return [word if word.isdecimal() else _joined(word.translate(_ONE_STROKE)) for word in found]


def _look_alike(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text).translate(_REGIONAL).translate(_DRAWN)
    return _POINT_IN_WORD.sub("i", unaccented(letters).translate(_HOOKED))


def _joined(letters: str) -> str:
    return letters.replace("rn", "m").replace("vv", "w")


def _alike(text: str) -> str:
    """Decompose, drop case and invisible characters, and give signs of one meaning one character."""
    for _round in range(2):  # the second round handles what the first decomposed: ŉ gives ʼ and n
        text = unicodedata.normalize("NFKD", _UNSEEN_OR_BROKEN.sub("", _same_signs(text))).casefold()
    return unicodedata.normalize("NFKD", _same_signs(text))


def _same_signs(text: str) -> str:
    return _SIGNS.sub(lambda sign: _SAME_SIGN[sign.group()], text)


def _without_mark(character: re.Match[str]) -> str:
    return "" if unicodedata.category(character[0]) == "Mn" else character[0]


def _without_space(found: re.Match[str]) -> str:
    sign = found[0].strip(" ")
    return sign if unicodedata.category(sign)[0] in "PS" else found[0]


def _tidy(text: str) -> str:
    return _SPACES.sub(" ", text).strip(" ")


def _sign_as_space(character: str) -> str:
    return character if character.isalnum() or unicodedata.category(character)[0] == "M" else " "
