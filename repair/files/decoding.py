"""Bytes to raw text and back, exactly.

The law: `encode(*decode(data)) == data` for everything that `decode` accepts. Line
ends stay as they are.

A byte order mark decides first, then strict UTF-8 (a long text that is valid UTF-8 is never
anything else), then the look of UTF-16 without a mark, and only then a guess, made by chardet among
the encodings in `GUESSABLE`.

Why chardet (7.7) and not charset-normalizer (3.5): right answers among the same encodings on 300
stretches each of simplified and traditional newspaper pages in gb18030, and of traditional ones in
big5, cp950 and big5hkscs:

    characters             30     100    300    1000   5000
    chardet                .9993  1      1      1      1
    charset-normalizer     .9720  .9927  .9953  .9993  1
    UTF-16 without a mark, 600 stretches:
    chardet                .9733  .9917  .9917  .9933  1
    charset-normalizer     .9967  .9983  .9917  1      1
    `decode`               .9983  1      1      1      1

Japanese and Korean encodings stand among the guessable ones because without them such a page is
read as Chinese.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass

from repair.core.errors import ReadError, UsageError, WriteError

__all__ = ["Encoding", "decode", "decode_as", "encode"]

# (the mark, the codec), the longer marks first: UTF-32 LE begins like UTF-16 LE.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
MAGIC = (
    (b"%PDF-", "PDF"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 image"),
    (b"AT&TFORM", "DjVu"),
    (b"PK\x03\x04", "a ZIP archive, or a Word, Excel or EPUB file"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"),
    (b"{\\rtf", "RTF"),
    (b"\x1f\x8b", "a gzip archive; name it .gz"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive; name it .zst"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!\x1a", "a RAR archive"),
)
# The root elements of formats that hold the text of pages, as they are written without a prefix and in small letters.
ROOTS = {
    "alto": "ALTO",
    "pcgts": "PAGE XML",
    "mets": "METS",
    "tei": "TEI",
    "tei.2": "TEI",
    "teicorpus": "TEI",
    "html": "HTML",
}
VISIBLE = re.compile(r"[^\s\ufeff]")
ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s/>]")
DOCTYPE = re.compile(r"<!doctype\s+(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)", re.I)
HOCR = re.compile(r"""class\s*=\s*["']ocr_page\b|name\s*=\s*["']ocr-system""", re.I)
# What chardet may answer -> the codecs to try in turn, the plain form before the wider ones.
BIG5 = ("big5", "cp950", "big5hkscs")
GUESSABLE = {
    "gb18030": ("gb18030",),
    "big5hkscs": BIG5,
    "cp932": ("cp932", "shift_jis"),
    "euc_jis_2004": ("euc_jp", "euc_jis_2004"),
    "cp949": ("cp949",),
    "cp1252": ("cp1252",),
    "utf-16-le": ("utf-16-le",),
    "utf-16-be": ("utf-16-be",),
}
# What a user may ask for -> what is read. GBK and GB2312 are read as GB18030, which has the right
# dash and middle dot where Python's gb2312 has Japanese ones.
ASKED = {"gb2312": ("gb18030",), "gbk": ("gb18030",), "big5": BIG5, "utf-8-sig": ("utf-8",)}
NOT_FOR_TEXTS = {"idna", "punycode", "raw-unicode-escape", "unicode-escape"}

SURE_ENOUGH = 0.04  # chardet says less of random bytes, and .08 or more of 30 characters of a page
SAMPLE = 1 << 16
LOOK = 1 << 12  # bytes looked at to tell UTF-16
# Not tab, line feed, \v, \f, carriage return.
CONTROLS = "".join(map(chr, (*range(9), *range(14, 32), 127)))
# Signs and figures, Chinese and Japanese punctuation and syllables, Han, full widths.
PAGE_BLOCKS = (
    range(0x2010, 0x2700),
    range(0x3001, 0x3130),
    range(0x4E00, 0xA000),
    range(0xFF01, 0xFFF0),
)
STRAY = 8  # so many control characters, or one in twenty, are damage; more make a file binary


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a text stood in its file: all that is needed to write it back to the letter.

    `name` is Python's name of the codec, `bom` says that a byte order mark stood first (it is not
    part of the text), `detected` that the encoding was told from the bytes. `newline` is "lf",
    "crlf", "cr", "mixed" or "none": information only, the line ends themselves are in the text.
    """

    name: str
    bom: bool
    detected: bool
    newline: str


def decode(
    data: bytes,
    *,
    encoding: str | None = None,
    name: str = "<bytes>",
) -> tuple[str, Encoding]:
    r"""The text in `data`, and the encoding that gives the same bytes again.

    With `encoding` the bytes are read in that encoding, or in a wider one of its family: big5 as
    cp950 or big5hkscs, gbk and gb2312 as gb18030; utf-16 in the byte order that the mark or the
    look of the text tells. `name` is the file named in errors.

    >>> decode("头版\r\n".encode("gb18030"), encoding="gbk")
    ('头版\r\n', Encoding(name='gb18030', bom=False, detected=False, newline='crlf'))

    `ReadError`: not text, or not in the encoding asked for, or in none that can be told.
    `UsageError`: no such encoding.
    """
    asked = None if encoding is None else _asked(encoding)
    _refuse_magic(data, name)
    if asked is not None:
        text, codec = _first(data, _byte_order(data, asked), name)
    else:
        text, codec = _told(data, name)
    _refuse_binary(text, name)
    bom = text.startswith("\ufeff")
    if bom:
        text = text[1:]
    _refuse_markup(text, name)
    return text, Encoding(codec, bom, asked is None, newline_style(text))


def encode(text: str, encoding: Encoding) -> bytes:
    r"""The bytes of `text` in `encoding`: those of the file, for a text that `decode` gave.

    >>> encode("头版", Encoding("utf-16-be", bom=True, detected=False, newline="none"))
    b'\xfe\xffY4rH'

    `WriteError`: a character that the encoding does not have.
    """
    try:
        return (("\ufeff" if encoding.bom else "") + text).encode(encoding.name)
    except UnicodeEncodeError as error:
        at = max(0, error.start - encoding.bom)
        line = sum(_line_ends(text[:at])) + 1
        raise WriteError(
            f"line {line}: {encoding.name} has no character {text[at]!r} (U+{ord(text[at]):04X}). "
            "Write the result as UTF-8."
        ) from error


def decode_as(data: bytes, encoding: Encoding) -> str:
    r"""The text of bytes whose encoding is known, without the byte order mark: what `encode` gave them for.

    >>> decode_as(b"\xfe\xffY4rH", Encoding("utf-16-be", bom=True, detected=False, newline="none"))
    '头版'

    `ReadError`: they are in another.
    """
    try:
        text = data.decode(encoding.name)
    except UnicodeError as error:
        raise ReadError(
            f"The ledger says that the text is {encoding.name}, and it is not. It was edited: use "
            "the raw file itself, or repair it again."
        ) from error
    return text.removeprefix("\ufeff" if encoding.bom else "")


def newline_style(text: str) -> str:
    r"""Which line ends a text has: "lf", "crlf", "cr", "mixed" or "none".

    >>> newline_style("one\r\ntwo\n")
    'mixed'
    """
    counts = zip(("lf", "crlf", "cr"), _line_ends(text), strict=True)
    found = [style for style, count in counts if count]
    return "mixed" if len(found) > 1 else found[0] if found else "none"


def _line_ends(text: str) -> tuple[int, int, int]:
    r"""How many line ends are \n, \r\n and \r."""
    lf, cr = text.count("\n"), text.count("\r")
    crlf = text.count("\r\n") if lf and cr else 0
    return lf - crlf, crlf, cr - crlf


def _told(data: bytes, name: str) -> tuple[str, str]:
    """The text and its codec, told from the bytes alone."""
    marked = [codec for mark, codec in MARKS if data.startswith(mark)]
    if marked:
        return _first(data, marked, name)
    # Mostly ASCII in UTF-16 is valid UTF-8 too, full of NULs.
    if data.count(0, 0, SAMPLE) * 4 > min(len(data), SAMPLE) and (codec := _utf16(data)):
        return _first(data, (codec,), name)
    try:
        return data.decode(), "utf-8"  # strict UTF-8 is one to one: no need to look at the way back
    except UnicodeDecodeError as error:
        if codec := _utf16(data):
            return _first(data, (codec,), name)
        return _guessed(data, name, error)


def _guessed(data: bytes, name: str, not_utf8: UnicodeDecodeError) -> tuple[str, str]:
    """The text and its codec as chardet guesses them; refused where it is unsure."""
    _refuse_binary(data[:SAMPLE].decode("latin-1"), name)
    _refuse_markup(data[:SAMPLE].decode("latin-1"), name)
    place = _place(data, not_utf8, "utf-8")
    if _nearly_utf8(data):
        raise ReadError(
            f"{name} is UTF-8 with damage: {place} is not. Repair that place, "
            "or name the encoding if it is another: --encoding NAME."
        )
    import chardet  # 25 ms, which a run over UTF-8 pages need not pay

    # "utf-8" is ruled out by now, so it can stand for "no answer". A stray NUL would be one, too.
    answer = chardet.detect(
        data.translate(None, CONTROLS.encode()),
        include_encodings=[*GUESSABLE, "utf-8"],
        no_match_encoding="utf-8",
        compat_names=False,
    )
    guess = answer["encoding"] or "utf-8"
    if guess not in GUESSABLE or answer["confidence"] < SURE_ENOUGH:
        raise ReadError(
            f"{name}: the encoding cannot be told from the bytes. Tried: byte order mark, UTF-8 "
            f"(fails at {place}), {', '.join(GUESSABLE)}. Name it: --encoding NAME."
        )
    return _first(data, GUESSABLE[guess], name)


def _first(data: bytes, candidates: Iterable[str], name: str) -> tuple[str, str]:
    """The text by the first codec that reads all bytes and gives them back."""
    failed = []
    for codec in candidates:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError as error:
            failed.append(f"{codec}: {_place(data, error, codec)} cannot be read")
        except UnicodeError as error:  # some codecs do not say where
            failed.append(f"{codec}: {error}")
        else:
            if (at := _differs(data, text, codec)) is None:
                return text, codec
            failed.append(f"{codec}: would not be written back as it was from byte {at} on")
    advice = "Name another: --encoding NAME."
    raise ReadError(f"{name} is not in the encoding tried. {'; '.join(failed)}. {advice}")


def _differs(data: bytes, text: str, codec: str) -> int | None:
    """Where the text, written again, first differs from its bytes; None where it does not."""
    try:
        again = text.encode(codec)
    except UnicodeError:
        return 0
    if again == data:
        return None
    pairs = enumerate(zip(data, again, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(data), len(again)))


def _asked(encoding: str) -> tuple[str, ...]:
    """The codecs that stand for the encoding a user asked for."""
    try:
        codec = codecs.lookup(encoding).name
        "a".encode(codec)  # refused for rot13 and zip, which the lookup finds too
    except (LookupError, ValueError) as error:
        raise UsageError(_unknown(encoding)) from error
    if codec.replace("_", "-") in NOT_FOR_TEXTS:
        raise UsageError(_unknown(encoding))
    return ASKED.get(codec, (codec,))


def _unknown(encoding: str) -> str:
    import difflib
    from encodings.aliases import aliases

    ours = ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "gbk", "gb2312", *BIG5, *GUESSABLE]
    wanted = encoding.lower().replace("_", "-")
    near = difflib.get_close_matches(wanted, [*ours, *aliases], 1)
    hint = f"The nearest is {near[0]!r}." if near else f"Known are {', '.join(ours)} and more."
    return f"There is no encoding of texts named {encoding!r}. {hint}"


def _byte_order(data: bytes, asked: tuple[str, ...]) -> tuple[str, ...]:
    """For "utf-16" and "utf-32", which leave the byte order open: mark, look, or little-endian."""
    family = asked[0]
    if family not in ("utf-16", "utf-32"):
        return asked
    for mark, codec in MARKS:
        if codec.startswith(family) and data.startswith(mark):
            return (codec,)
    look = _utf16(data) if family == "utf-16" else None
    return (look or f"{family}-le",)


def _utf16(data: bytes) -> str | None:
    """The byte order of UTF-16 without a mark; None where the bytes do not look like it.

    Read in the right order nearly all characters are ones that a page has, in the other order far
    fewer. Western text, one byte a character, fails the second half: two letters make a Chinese
    character in either order. Japanese text in two bytes a character passes both, but has no bytes
    below 32, of which UTF-16 has one in ten; where they are missing, chardet is asked.
    """
    head = data[:LOOK]
    if sum(map(head.count, CONTROLS.encode())) * 50 < len(head):
        return None
    shares = []
    for codec in ("utf-16-le", "utf-16-be"):
        text = head.decode(codec, "replace")
        shares.append((sum(map(_on_a_page, text)) / max(1, len(text)), codec))
    (other, _), (best, codec) = sorted(shares)
    return codec if best >= 0.9 and best - other >= 0.3 else None


def _on_a_page(char: str) -> bool:
    """Whether a character is one that pages are made of."""
    code = ord(char)
    if code < 0x250:
        return code >= 32 or char in "\t\n\f\r"
    if code & 0xFF == 0:  # rare, but for these two: most such are ASCII the wrong way round
        return char in "一\u3000"
    return any(code in block for block in PAGE_BLOCKS)


def _nearly_utf8(data: bytes) -> bool:
    """Whether this is UTF-8 but for some places. GB18030 would read it, as other characters."""
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = len(text) - len(text.encode("ascii", "ignore")) - bad
    return good > 2 * bad


def _refuse_magic(data: bytes, name: str) -> None:
    for magic, what in MAGIC:
        if data.startswith(magic):
            raise ReadError(f"{name} is not text (looks like {what}): extract its text first.")


def _refuse_markup(text: str, name: str) -> None:
    """Refuse a document in XML or HTML by the name of its format; a tag in a page's text is left as it is."""
    if what := _markup(text):
        raise ReadError(f"{name} is not text (looks like {what}): extract its text first.")


def _markup(text: str) -> str:
    """The format of a document in XML or HTML; "" for other text, which may begin with a comment or with a table."""
    at, xml, doctype = 0, False, ""
    while True:
        found = VISIBLE.search(text, at)
        at = found.start() if found else len(text)
        if text.startswith("<!--", at):
            end = text.find("-->", at)
        elif text.startswith("<?", at):
            xml |= text[at : at + 5].lower() == "<?xml"
            end = text.find("?>", at)
        elif text[at : at + 9].lower() == "<!doctype":
            told = DOCTYPE.match(text, at)
            doctype = told[1].lower() if told else "xml"
            end = text.find(">", _after_subset(text, at))
        else:
            break
        if end < 0:
            break
        at = text.find(">", end) + 1
    root = ROOT.match(text, at)
    what = ROOTS.get(root[1].lower() if root else "") or ROOTS.get(doctype) or ("XML" if xml or doctype else "")
    return "hOCR" if what in ("HTML", "XML") and HOCR.search(text, at, at + SAMPLE) else what


def _after_subset(text: str, at: int) -> int:
    """Behind the declarations in brackets that a document type may hold."""
    opened, closed = text.find("[", at), text.find(">", at)
    return max(text.find("]", opened), at) if 0 <= opened < closed else at


def _refuse_binary(text: str, name: str) -> None:
    """Refuse what has too many control characters; a stray one is left for a rule to repair."""
    head = text[:SAMPLE]
    counts = ((sum(map(head.count, CONTROLS)), len(head)), (text.count("\0"), len(text)))
    for found, length in counts:
        if found > STRAY and found * 20 > length:
            controls = f"{found} control characters in {length}"
            raise ReadError(f"{name} is not text (binary: {controls}): extract its text first.")


def _place(data: bytes, error: UnicodeDecodeError, codec: str) -> str:
    at = error.start
    line = sum(_line_ends(data[:at].decode(codec, "replace"))) + 1
    return f"byte {at} (line {line}, {data[at : at + 4].hex(' ')})"
