"""Bytes to text and back: the law of the round trip, what is told from bytes, what is refused."""

from __future__ import annotations

import codecs
import subprocess
import sys
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from repair.core.errors import ReadError, UsageError, WriteError
from repair.files.decoding import Encoding, decode, encode, newline_style

SIMPLIFIED = (
    "本报讯（记者 周小舟）昨日上午，城东新修的石桥正式通车。清晨六点，桥头已经站满了人，卖豆浆的"
    "老汉说，他等这座桥等了二十年。市长在讲话中表示，今后还要修两座桥，把河两岸的街道连成一片。\r\n"
)
TRADITIONAL = (
    "本埠消息：昨日下午三時，城南茶樓忽起火警，幸得鄰人協力撲救，未及一刻即告熄滅。樓主陳氏謂，"
    "火起於灶間，損失約百餘元，夥計數人略受驚嚇，並無傷亡。今日照常營業，茶客如常，談笑不絕。\n"
)
WESTERN = "Gestern wurde die neue Brücke über den Fluß eröffnet; später spielte die Kapelle."
ENGLISH = "The mayor opened the new bridge yesterday, and the band played on the market square."

CODECS = ["utf-8", "utf-16-le", "utf-16-be", "gb18030", "big5", "cp950", "big5hkscs", "cp1252"]


def accepted(data: bytes, encoding: str | None = None) -> bool:
    """Whether decode accepts the bytes; where it does, the law is checked."""
    try:
        text, told = decode(data, encoding=encoding)
    except ReadError as error:
        assert "<bytes>" in str(error)
        return False
    assert encode(text, told) == data
    assert told.newline == newline_style(text)
    return True


@given(st.binary(max_size=400))
@example(b"")
@example(b"\xff\xfe")
@example(b"\xff\xfe\x00\x00")
@example(b"\xef\xbb\xbf\xef\xbb\xbf")
@example(b"\x81")
def test_what_is_accepted_comes_back_to_the_byte(data: bytes) -> None:
    accepted(data)


@given(st.binary(max_size=60), st.sampled_from([*CODECS, "gbk", "utf-16", "utf-7", "cp932", "hz"]))
def test_the_law_holds_for_an_encoding_asked_for(data: bytes, encoding: str) -> None:
    accepted(data, encoding)


@settings(max_examples=300)
@given(st.text(st.characters(codec="utf-8"), max_size=80), st.sampled_from(CODECS), st.booleans())
def test_the_law_holds_for_encoded_texts(text: str, codec: str, mark: bool) -> None:
    data = (("\ufeff" if mark and codec.startswith("utf") else "") + text).encode(codec, "ignore")
    accepted(data)
    accepted(data, codec)


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_byte_order_mark_is_told_and_kept_out_of_the_text(codec: str) -> None:
    data = ("\ufeff" + TRADITIONAL).encode(codec)
    assert decode(data) == (TRADITIONAL, Encoding(codec, True, True, "lf"))
    assert encode(*decode(data)) == data


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (SIMPLIFIED, "utf-8"),
        (SIMPLIFIED, "gb18030"),
        (SIMPLIFIED, "utf-16-le"),
        (SIMPLIFIED, "utf-16-be"),
        (TRADITIONAL, "gb18030"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL, "utf-16-le"),
        (TRADITIONAL, "utf-16-be"),
        (WESTERN, "cp1252"),
        (WESTERN, "utf-16-le"),
        (WESTERN, "utf-16-be"),
        (ENGLISH, "utf-16-le"),
        (ENGLISH, "utf-16-be"),
    ],
)
@pytest.mark.parametrize("length", [30, 1000])
def test_an_encoding_without_a_mark_is_told(text: str, codec: str, length: int) -> None:
    stretch = (text * 20)[:length]
    assert decode(stretch.encode(codec)) == (
        stretch,
        Encoding(codec, False, True, newline_style(stretch)),
    )


@pytest.mark.parametrize(("char", "codec"), [("碁", "cp950"), ("䏰", "big5hkscs")])
@pytest.mark.parametrize("asked", [None, "big5"])
def test_big5_widens_to_the_forms_with_more_characters(
    char: str,
    codec: str,
    asked: str | None,
) -> None:
    text, told = decode((TRADITIONAL + char).encode(codec), encoding=asked)
    assert (text, told.name) == (TRADITIONAL + char, codec)


def test_big5_bytes_that_plain_big5_would_change_are_read_by_a_form_that_keeps_them() -> None:
    data = TRADITIONAL.encode("big5") + b"\xa1\xfe"  # plain big5 would write b"\xa2\x41"
    for asked in (None, "big5"):
        text, told = decode(data, encoding=asked)
        assert told.name == "cp950"
        assert encode(text, told) == data


def test_bytes_that_no_form_gives_back_are_refused() -> None:
    with pytest.raises(ReadError, match="would not be written back as it was from byte 2"):
        decode("茶樓".encode("big5")[:2] + b"\xa2\xcc", encoding="big5")


def test_japanese_and_korean_are_not_read_as_chinese() -> None:
    japanese = "昨日、市長は新しい橋の開通式に出席した。子供たちは花束を贈った。"
    korean = "어제 시장은 새 다리의 개통식에 참석하였다. 아이들은 꽃다발을 건넸다."
    for text, codec in ((japanese, "cp932"), (japanese, "euc_jp"), (korean, "cp949")):
        assert decode(text.encode(codec))[0] == text


def test_an_alphabet_that_is_not_known_is_refused_and_not_read_as_another() -> None:
    with pytest.raises(ReadError, match="cannot be told"):
        decode("Вчера мэр открыл новый мост через реку. Дети вручили цветы.".encode("cp1251"))


def test_utf16_asked_for_believes_its_mark_whatever_the_text() -> None:
    korean = "어제 시장은 새 다리의 개통식에 참석하였다."
    text, told = decode(("\ufeff" + korean).encode("utf-16-be"), encoding="utf-16")
    assert (text, told.name) == (korean, "utf-16-be")


def test_western_text_with_stray_nuls_is_not_taken_for_utf16() -> None:
    data = ("lafanfareapasséhiersouslesfenêtresdelamairie" * 2 + "\0\0").encode("cp1252")
    assert decode(data)[1].name == "cp1252"


@pytest.mark.parametrize("asked", ["gbk", "GB2312", "cp936", "gb18030"])
def test_the_gb_family_is_read_as_gb18030(asked: str) -> None:
    data = "周·小舟——记者".encode("gb18030")
    assert decode(data, encoding=asked) == (
        "周·小舟——记者",
        Encoding("gb18030", False, False, "none"),
    )


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_utf16_asked_for_finds_its_byte_order(codec: str, mark: str) -> None:
    told = decode((mark + SIMPLIFIED).encode(codec), encoding="UTF-16")[1]
    assert told == Encoding(codec, bool(mark), False, "crlf")


def test_the_encoding_asked_for_wins_over_the_guess() -> None:
    data = TRADITIONAL.encode("big5")
    assert decode(data, encoding="latin-1")[0] == data.decode("latin-1")


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("", "none"),
        ("版", "none"),
        ("a\nb\n", "lf"),
        ("a\r\nb", "crlf"),
        ("a\rb", "cr"),
        ("a\r\nb\n", "mixed"),
        ("a\rb\n", "mixed"),
        ("a\r\n\rb", "mixed"),
        ("\n\r", "mixed"),
    ],
)
def test_line_ends_stay_and_their_style_is_told(text: str, style: str) -> None:
    assert decode(text.encode()) == (text, Encoding("utf-8", False, True, style))


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [("uft-8", "utf-8"), ("gb1803", "gb18030"), ("big-5", "big5")],
)
def test_an_unknown_encoding_names_the_nearest(asked: str, nearest: str) -> None:
    with pytest.raises(UsageError, match=f"{asked!r}.*nearest is '{nearest}'"):
        decode(b"", encoding=asked)


@pytest.mark.parametrize("asked", ["rot13", "zip", "idna", "unicode_escape", "", "é", "a\0b"])
def test_what_is_no_encoding_of_texts_is_refused(asked: str) -> None:
    with pytest.raises(UsageError, match="no encoding of texts"):
        decode(b"abc", encoding=asked)


def test_bytes_that_do_not_fit_name_place_line_and_advice() -> None:
    data = "第一行\r\n第二行\r第三".encode() + b"\xff" + "行".encode()
    with pytest.raises(ReadError, match=r"p\.txt.*utf-8: byte 27 \(line 3, ff e8 a1 8c\)") as error:
        decode(data, encoding="utf-8", name="p.txt")
    assert "--encoding NAME" in str(error.value)


def test_damaged_utf8_is_not_taken_for_gb18030() -> None:
    cut = (SIMPLIFIED * 2).encode()[:-3]  # ends inside a character
    for data in (cut, cut.replace("桥".encode(), b"\xa1", 1), ("x" * 70_000).encode() + cut):
        with pytest.raises(ReadError, match=r"is UTF-8 with damage: byte .* --encoding NAME"):
            decode(data)


def test_what_cannot_be_told_says_what_was_tried() -> None:
    with pytest.raises(ReadError, match=r"Tried: byte order mark, UTF-8 .fails at byte 1 .*gb1803"):
        decode(b"a\xff\xfe\x81\x8d\x90\xff\xff")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7\n1 0 obj", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"PK\x03\x04\x14\x00", "ZIP"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"II*\x00\x08", "TIFF"),
        (bytes(range(256)) * 4, "binary"),
        (b"\0" * 100, "binary"),
        (SIMPLIFIED.encode() * 400 + b"\0" * 100_000, "binary"),
    ],
)
@pytest.mark.parametrize("asked", [None, "latin-1"])
def test_what_is_not_text_is_refused(data: bytes, what: str, asked: str | None) -> None:
    with pytest.raises(ReadError, match=rf"p\.txt is not text \(.*{what}.*extract its text first"):
        decode(data, encoding=asked, name="p.txt")


@pytest.mark.parametrize("stray", ["\0", "\x01", "\x7f", "\x1b[0m"])
@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_a_stray_control_character_is_text(stray: str, codec: str) -> None:
    assert decode((SIMPLIFIED + stray).encode(codec))[0] == SIMPLIFIED + stray
    assert decode(stray.encode())[0] == stray


def test_a_character_the_encoding_lacks_is_an_error_that_names_it() -> None:
    told = decode("一\n二".encode("big5"), encoding="big5")[1]
    with pytest.raises(WriteError, match=r"line 2: big5 has no character '桥' \(U\+6865\)"):
        encode("一\n二桥", told)
    with pytest.raises(WriteError, match=r"line 1: utf-8 has no character '.udc80'"):
        encode("\udc80", Encoding("utf-8", True, True, "none"))


def test_chardet_is_not_loaded_for_utf8() -> None:
    code = "import sys; from repair.files.decoding import decode; decode('版'.encode()); "
    code += "sys.exit('chardet' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_utf8_is_read_at_100_megabytes_a_second() -> None:
    data = SIMPLIFIED.encode() * 40_000
    codecs.decode(data, "utf-8")
    best = min(_seconds(data) for _ in range(3))
    assert len(data) / best > 100e6


def _seconds(data: bytes) -> float:
    start = time.perf_counter()
    decode(data)
    return time.perf_counter() - start


ROOT = '<{0} xmlns="http://example.org/"><p>新桥通车</p></{0}>'


@pytest.mark.parametrize(
    ("root", "what"),
    [
        ("alto", "ALTO"),
        ("alto:alto", "ALTO"),
        ("PcGts", "PAGE XML"),
        ("pc:PcGts", "PAGE XML"),
        ("mets", "METS"),
        ("METS:mets", "METS"),
        ("TEI", "TEI"),
        ("teiCorpus", "TEI"),
        ("TEI.2", "TEI"),
        ("html", "HTML"),
        ("HTML", "HTML"),
    ],
)
@pytest.mark.parametrize(
    "before",
    [
        "",
        "\ufeff",
        " \r\n\t",
        '<?xml version="1.0" encoding="UTF-8"?>\n',
        "<?XML?>",
        "<!-- made by hand, <html> or not -->\n<!-- and -->",
        '<?xml version="1.0"?>\n<?xml-stylesheet href="a.xsl"?><!-- x -->\n',
        '\n<!DOCTYPE x [\n<!ENTITY a "b">\n]>\n',
    ],
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le"])
def test_xml_and_html_are_refused_by_the_name_of_their_format(root: str, what: str, before: str, codec: str) -> None:
    with pytest.raises(ReadError, match=rf"p\.xml is not text \(looks like {what}\): extract its text first"):
        decode((before + ROOT.format(root) * 9).encode(codec), name="p.xml", encoding=codec)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("<!DOCTYPE html>\n新桥", "HTML"),
        ("<!doctype HTML PUBLIC '-//W3C//DTD'><HTML>", "HTML"),
        ("<?xml version='1.0'?>", "XML"),
        ("<?xml version='1.0'", "XML"),
        ("<?xml version='1.0'?><document xmlns='a'/>", "XML"),
        ("<!DOCTYPE TEI.2 SYSTEM 'a.dtd'>", "TEI"),
        ("<!DOCTYPE html>\n<html><body><div class='ocr_page' title='bbox 0 0 9 9'>新桥", "hOCR"),
        ("<html><head><meta name='ocr-system' content='tesseract'>", "hOCR"),
    ],
)
def test_what_begins_as_a_document_is_refused(text: str, what: str) -> None:
    with pytest.raises(ReadError, match=rf"is not text \(looks like {what}\)"):
        decode(text.encode())


def test_a_document_whose_encoding_cannot_be_told_is_refused_by_name() -> None:
    with pytest.raises(ReadError, match=r"looks like XML"):
        decode(b"<?xml version='1.0'?><a>\xff\xfe\x81\x8d\x90\xff\xff</a>")


@pytest.mark.parametrize(
    "text",
    [
        "<table><tr><td>新桥</td></tr></table>\n本报讯",
        "<div align='center'>新桥通车</div>\n",
        "<img src='a.jpg'/>\n新桥",
        "<p>新桥通车</p>",
        "<!-- image -->\n<table>",
        "<!-- never closed\n<html>",
        "新桥通车 <html> 的网页\n<?xml version='1.0'?>",
        "<htmlx>",
        "<altogether/>",
        "<teil>",
        "<",
        "<?",
        "<报>新桥",
        "<p class='ocr'>",
        "",
    ],
)
def test_tags_in_the_text_of_a_page_are_text(text: str) -> None:
    assert decode(text.encode())[0] == text


def test_much_white_space_and_many_comments_cost_little() -> None:
    text = "\n" * 3_000_000 + "<!---->" * 100_000 + "新桥"
    assert decode(text.encode())[0] == text
