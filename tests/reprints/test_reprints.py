"""Articles that stand again elsewhere: found, verified, kept apart from sisters, gathered, and what they read."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from opencc import OpenCC

from repair.reprints import Entry, apparatus, candidates, cluster, clusters, pairs, readings, verify
from repair.reprints.cluster import clusters_of

BRIDGE = (
    "柳塘镇三座新桥通车\n"
    "入冬以前，柳塘镇的三座新桥全部通车，住在河西的人去赶集，再也不用绕七里多的山路。"
    "镇上的老石匠何青说，旧桥是他爷爷那一辈修的，桥墩早被大水掏空，过一辆牛车都要晃上半天。\n"
    "修桥的钱一半是县里拨的，另一半是各村凑的，出力最多的是河东的年轻人，他们白天下地，晚上点着马灯搬石头。"
    "有人算过，三座桥一共用去青石两千多方，没有伤一个人。\n"
    "通车那天没有剪彩，只放了一挂鞭炮，第一个走过去的是学堂的孩子，后面跟着卖豆腐的担子和两头黄牛。"
    "镇长站在桥头数人，数到后来自己也笑了，说桥修好了，菜就卖得出去，明年还要把通往码头的土路铺上石子。"
)
LAMP = (
    "灯塔守夜人退休\n"
    "在石岬守了三十九年灯塔的老许昨天交出了钥匙，接班的是他从前的徒弟，一个话很少的渔家后生。"
    "老许说，头几年点的是煤油灯，刮北风的夜里要爬上去四五回，后来换了电灯，人闲下来，反倒睡不着了。\n"
    "岬下的渔民凑钱给他打了一只铜壶，壶底刻着每条船的名字，最小的一条只有两支桨。"
    "他把铜壶摆在窗台上，说哪天雾大，就敲一敲，让后生记得添油。"
)
NOTICE = (
    "县农业局关于春季种子检验的通告\n"
    "为保证春播用种质量，经研究，定于{month}月{day}日在{place}集中检验种子，请各村派人携带样品前往，"
    "样品每份不少于{weight}斤，并附产地、品种和存放说明，逾期不再受理。检验结果由{who}负责公布。\n"
    "联系人：{who}，电话：{phone}"
)
ENGLISH = (
    "New bridge opens at Willow Pond\n"
    "The third of the three bridges at Willow Pond was opened yesterday without a speech. The first across were the "
    "children of the lower school, and after them came a man with two baskets of bean curd and a pair of yellow oxen. "
    "The old stonemason who had directed the work counted everybody twice and then lost his place. Half of the money "
    "came from the county and half from the villages, and most of the labour from young people of the east bank, who "
    "carried stone by lantern light after a day in the fields. Nobody was hurt, and nobody was paid for it."
)


def misread(text: str, rate: float, seed: int) -> str:
    """The text with this share of its Han characters put for others."""
    chance = random.Random(seed)
    return "".join(
        chance.choice("昌晶冒胃旱早旦里重童") if char >= "\u4e00" and chance.random() < rate else char for char in text
    )


def notice(**slots: str) -> str:
    return NOTICE.format(**slots)


def others(count: int) -> list[str]:
    """Articles that have nothing to do with one another."""
    chance = random.Random(7)
    return ["".join(chr(chance.randrange(0x4E00, 0x8000)) for _ in range(150)) for _ in range(count)]


def test_a_copy_with_edited_words_is_a_reprint() -> None:
    edited = BRIDGE.replace("全部通车", "都已通车").replace("站在桥头", "立于桥头").replace("和两头", "与两头")
    edited = edited.replace("掏空，", "掏空了，")
    match = verify(BRIDGE, edited)
    assert match
    assert match.containment == 1
    assert match.ratio > 0.95


def test_the_same_text_is_a_reprint_however_it_repeats_itself() -> None:
    assert verify("桥通了。" * 40, "桥通了。\n" * 40)


def test_one_edited_number_makes_no_sister() -> None:
    assert verify(BRIDGE, BRIDGE.replace("两千多方", "三千多方"))


@pytest.mark.parametrize("rate", [0.03, 0.08])
def test_copies_misread_on_both_sides_are_reprints(rate: float) -> None:
    one, two = misread(BRIDGE, rate, 1), misread(BRIDGE, rate, 2)
    assert [pair[:2] for pair in candidates([*others(23)[:20], one, *others(23)[20:], two])] == [(20, 24)]
    assert verify(one, two)


def test_a_copy_in_traditional_characters_is_a_reprint_without_a_variant() -> None:
    traditional = OpenCC("s2tw").convert(BRIDGE)
    assert traditional != BRIDGE
    match = verify(traditional, BRIDGE)
    assert match
    assert match.ratio == 1
    assert apparatus(BRIDGE, {"tw": traditional}) == []


def test_a_copy_cut_short_is_measured_against_itself() -> None:
    short = BRIDGE[:90]
    match = verify(BRIDGE, short)
    assert match
    assert match.containment == 1
    assert match.passages == ((0, len(short), 0, len(short)),)
    assert [pair[:2] for pair in candidates([BRIDGE, LAMP, short])] == [(0, 2)]


def test_passages_in_another_order_are_told_apart() -> None:
    head, *paragraphs = BRIDGE.split("\n")
    turned = "\n".join([head, *reversed(paragraphs)])
    match = verify(BRIDGE, turned)
    assert match
    assert len(match.passages) >= 3
    assert match.ratio == 1
    assert match.containment > 0.98
    assert [start for start, *_ in match.passages] == sorted(start for start, *_ in match.passages)
    assert [start for _, _, start, _ in match.passages] != sorted(start for _, _, start, _ in match.passages)
    for start, end, other, other_end in match.passages:
        assert BRIDGE[start:end].split() == turned[other:other_end].split()
    assert all(one[1] <= two[0] for each in (match, match.turned()) for one, two in pairwise(each.passages))
    assert match.turned().turned() == match
    assert [start for start, *_ in match.turned().passages] == sorted(start for _, _, start, _ in match.passages)


def test_a_short_passage_that_changed_places_is_found() -> None:
    sentences = BRIDGE.split("。")
    sentences[2], sentences[3] = sentences[3], sentences[2]
    match = verify(BRIDGE, "。".join(sentences))
    assert match
    assert match.containment > 0.98
    assert match.ratio > 0.98


def test_passages_reach_over_misread_characters_to_the_ends() -> None:
    match = verify(BRIDGE, f"{BRIDGE[:2]}旦{BRIDGE[3:-3]}旦{BRIDGE[-2:]}")
    assert match
    assert match.passages == ((0, len(BRIDGE), 0, len(BRIDGE)),)


def test_sister_notices_are_kept_apart() -> None:
    first = notice(month="3", day="12", place="城关粮站", weight="5", who="郝小满", phone="6120453")
    second = notice(month="4", day="25", place="东渡码头", weight="8", who="申有田", phone="6127718")
    assert verify(first, second) is None
    assert verify(misread(first, 0.03, 1), misread(second, 0.03, 2)) is None
    assert verify(misread(first, 0.03, 1), misread(first, 0.03, 2))


@pytest.mark.parametrize(("one", "other"), [("人民法院", "人民检察院"), ("王福来", "郑秋生"), ("第三", "第四")])
def test_one_slot_of_a_short_notice_counts_where_it_comes_again(one: str, other: str) -> None:
    said = f"县{one}公告\n县{one}今年的报告已由大会通过。请{one}照此执行，并由{one}按月公布。"
    said += "大会要求各方一并遵照办理，不得拖延，年底以前再由大会派员查看一次。"
    assert verify(said, said.replace(one, other)) is None


def test_a_number_that_comes_again_as_another_makes_a_sister() -> None:
    said = BRIDGE[:160].replace("柳塘镇三座", "二〇二{}年柳塘镇三座").replace("入冬以前", "二〇二{}年入冬以前")
    assert verify(said.format("三", "三"), said.format("四", "四")) is None
    assert verify(said.format("三", "三"), said.format("三", "四"))


@pytest.mark.parametrize("dateline", ["本报柳塘讯记者{}报道：", "东渡晚报讯（记者 {}）"])
def test_other_reporters_in_the_text_make_no_sister(dateline: str) -> None:
    said = BRIDGE[:120].replace("入冬以前", f"{dateline}入冬以前")
    assert verify(said.format("何小满申有田"), said.format("郝秋生罗大川"))


def test_other_reporters_make_no_sister() -> None:
    one = BRIDGE.replace("通车\n", "通车\n本报记者 何小满 申有田\n", 1)
    two = BRIDGE.replace("通车\n", "通车\n东渡晚报记者 郝秋生 通讯员 罗大川\n", 1)
    assert verify(one, two)


def test_a_quotation_is_no_reprint() -> None:
    quoted = BRIDGE[10:70]
    assert verify(LAMP + quoted, BRIDGE) is None
    assert verify("老石匠访谈\n" + quoted + LAMP[8:60], BRIDGE) is None


def test_a_short_reprint_with_many_edited_words_is_taken_for_another_article() -> None:
    said = "柳塘镇三座新桥昨天全部通车，住在河西的人去赶集，再也不用绕七里多的山路，镇上的人都说这是一件大好事。"
    edited = said.replace("昨天全部", "日前悉数").replace("住在河西的人去", "河西一带居民前往").replace("山路", "弯道")
    edited = edited.replace("镇上的人都说这是一件大好事", "大家无不拍手称快，称赞不已")
    assert verify(said, said.replace("全部", "悉数"))
    assert verify(said, edited) is None


def test_the_lead_of_another_article_is_no_reprint() -> None:
    lead = BRIDGE.split("\n")[1]
    told = f"又过新桥\n{lead}\n{LAMP}"
    assert verify(f"山路不再难走\n{lead}", told) is None
    assert verify(f"又过新桥\n{lead}", told)


def test_what_is_very_short_is_no_article() -> None:
    assert verify(BRIDGE, BRIDGE[:45]) is None
    assert verify("", "") is None


def test_what_many_share_is_no_candidate() -> None:
    assert candidates([BRIDGE + other for other in others(25)]) == []
    assert len(candidates([BRIDGE + other for other in others(3)])) == 3


def test_english() -> None:
    edited = ENGLISH.replace("yesterday", "on Monday").replace("labour", "labor").upper().replace("THE OLD", "the  old")
    match = verify(ENGLISH, edited)
    assert match
    assert [pair[:2] for pair in candidates([ENGLISH, BRIDGE, edited])] == [(0, 2)]
    [variant] = apparatus(ENGLISH, {"p2": ENGLISH.replace("labour", "labor")})
    assert (variant.text, variant.readings[0].text) == ("labour", "labor")


def test_english_sister_notices_are_kept_apart() -> None:
    said = (
        "Lost near {place} on {day}, a {what} belonging to {who} of the lower village. Whoever has found it is asked "
        "to bring it to the office of the parish clerk, where {sum} will be paid and no questions be put. The office "
        "is open from nine until four, and on market days until six; ask for {who}."
    )
    one = said.format(place="Mill Lane", day="March 12", what="silver watch", who="John Carter", sum="15 shillings")
    two = said.format(place="East Quay", day="April 27", what="brown mare", who="Ellen Frost", sum="40 shillings")
    assert verify(one, two) is None
    assert verify(one, one.replace("put", "asked").replace("whoever", "Anyone who"))


def test_nothing_comes_of_nothing() -> None:
    assert candidates([]) == []
    assert candidates(["", "\n"]) == []
    assert clusters([]) == []
    assert apparatus("", {"p2": ""}) == []
    assert apparatus(BRIDGE, {"p2": LAMP}) == []
    assert readings(BRIDGE, []) == []


def test_likeness_is_not_handed_on() -> None:
    first, second = "\n".join(BRIDGE.split("\n")[:2]), LAMP
    both = f"{first}\n{second}"
    entries = [Entry("a", first), Entry("b", both), Entry("c", second)]
    assert set(pairs(entries)) == {(0, 1), (1, 2)}
    [cluster] = clusters(entries)
    assert cluster.core == 1
    assert cluster.members == (0, 1, 2)
    assert set(cluster.matches) == {0, 2}
    # Where the one in the middle is the shortest, it stands with either of the others, which are no copies.
    shared = BRIDGE.split("\n")[1]
    first, third = f"{shared}{BRIDGE.split(chr(10))[2]}", f"{shared}{LAMP[8:]}"
    entries = [Entry("a", first), Entry("b", shared), Entry("c", third)]
    assert set(pairs(entries)) == {(0, 1), (1, 2)}
    assert [cluster.members for cluster in clusters(entries)] == [(0, 1), (1, 2)]
    assert [cluster.core for cluster in clusters(entries)] == [0, 2]


def test_a_garbled_copy_takes_no_good_one_out_of_its_group() -> None:
    entries = [
        Entry("one", misread(BRIDGE, 0.1, 1)),
        Entry("good", BRIDGE),
        Entry("garbled", misread(BRIDGE, 0.1, 5) + "后"),
    ]
    verified = pairs(entries)
    del verified[0, 2]  # as where the two bad ones have too little in common
    [cluster] = clusters_of(entries, verified)
    assert (cluster.core, cluster.members) == (1, (0, 1, 2))


def test_two_clean_copies_are_better_than_a_longer_one_that_was_misread() -> None:
    longer = misread(BRIDGE, 0.03, 4) + "\n灯塔上的灯昨夜又亮了，渔船一早出海。"
    entries = [Entry("longer", longer), Entry("clean", BRIDGE), Entry("clean too", BRIDGE)]
    [cluster] = clusters(entries)
    assert cluster.core == 1
    # One that lacks half of the article is not better for being clean.
    half = BRIDGE[: len(BRIDGE) // 2]
    entries = [Entry("whole", misread(BRIDGE, 0.01, 4)), Entry("half", half), Entry("half too", half)]
    [cluster] = clusters(entries)
    assert cluster.core == 0


@pytest.mark.parametrize("seed", range(6))
def test_every_verified_pair_is_in_a_group(seed: int) -> None:
    texts = [misread(BRIDGE, 0.04 * step, seed + step) for step in range(5)] + [misread(LAMP, 0.1, seed), LAMP]
    entries = [Entry(str(at), text) for at, text in enumerate(texts)]
    together = {at for cluster in clusters(entries) for at in cluster.members}
    assert together == {at for pair in pairs(entries) for at in pair}


def test_the_core_is_whole_and_well_read() -> None:
    entries = [
        Entry("cut", BRIDGE[100:]),
        Entry("misread", misread(BRIDGE, 0.05, 1)),
        Entry("other", LAMP),
        Entry("good", misread(BRIDGE, 0.005, 2)),
        Entry("worse", misread(BRIDGE, 0.06, 3)),
    ]
    [cluster] = clusters(entries)
    assert cluster.members == (0, 1, 3, 4)
    assert cluster.core == 3
    assert cluster.evidence[3].worse < cluster.evidence[1].worse
    assert cluster.evidence[0].complete < 0.8 < cluster.evidence[3].complete
    assert set(cluster.matches) == {0, 1, 4}
    for member, match in cluster.matches.items():
        for start, end, other, other_end in match.passages:
            alike = zip(entries[3].text[start:end], entries[member].text[other:other_end], strict=False)
            assert sum(one == two for one, two in alike) > 0.8 * (end - start)


def test_what_is_left_of_a_sister_on_the_same_page_is_no_reprint() -> None:
    name = "柳塘镇第十三届乡民代表会议第六次会议"
    said = f"{name}于2019年3月12日推举：何青、许海生（女）、魏三娘、叶满仓为桥工所管事，任期三年。\n现予公告。\n"
    whole = f"{name}公告\n第四号\n{said}{name}主席团\n2019年3月12日"
    rest = f"{name}公告\n第七号\n{name}主席团\n2019年3月12日"  # its names were read as another column's
    assert clusters([Entry("a", whole, "page 1"), Entry("b", rest, "page 2")])
    assert clusters([Entry("a", whole, "page 1"), Entry("b", rest, "page 1")]) == []


@pytest.mark.parametrize("rate", [0, 0.005])
def test_what_was_read_again_on_the_same_page_is_found(rate: float) -> None:
    assert clusters([Entry("a", BRIDGE, "page 1"), Entry("b", misread(BRIDGE, rate, 4), "page 1")])


def test_ids_are_unique() -> None:
    with pytest.raises(ValueError, match="same id"):
        clusters([Entry("a", BRIDGE), Entry("a", LAMP)])


def test_the_number_of_processes_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_BLOCK", 2)  # several blocks for each process
    texts = (("b", BRIDGE), ("l", LAMP))
    entries = [Entry(f"{at}{name}", misread(text, 0.02 * at, at)) for at in range(4) for name, text in texts]
    one = clusters(entries, jobs=1)
    assert len(one) == 2
    assert clusters(entries, jobs=2) == one


def test_the_apparatus_gives_every_reading_with_its_place() -> None:
    witnesses = {
        "p2": BRIDGE.replace("全部通车", "都已通车").replace("七里多", "17里多"),
        "p3": OpenCC("s2tw").convert(BRIDGE).replace("，", ","),
        "p4": BRIDGE.replace("卖豆腐的", "挑豆腐的").replace("有人算过，", "").replace("马灯", "汽油马灯"),
    }
    variants = apparatus(BRIDGE, witnesses)
    for variant in variants:
        assert BRIDGE[variant.start : variant.end] == variant.text
        for reading in variant.readings:
            assert witnesses[reading.id][reading.start : reading.end] == reading.text
        assert not {reading.id for reading in variant.readings} & set(variant.agree)
    said = {variant.text: {reading.id: reading.text for reading in variant.readings} for variant in variants}
    assert said["七"] == {"p2": "17"}
    assert said["有人算过，"] == {"p4": ""}
    assert said["全部"] == {"p2": "都已"}
    assert said["卖"] == {"p4": "挑"}
    assert said[""] == {"p4": "汽油"}
    assert all("p3" in variant.agree for variant in variants)


def test_a_variant_of_a_number_or_a_word_is_all_of_it() -> None:
    text = LAMP.replace("三十九", "39").replace("铜壶", "COPPER壶")
    other = text.replace("39", "38").replace("COPPER", "COPPFR")
    assert [(v.text, v.readings[0].text) for v in apparatus(text, {"p2": other})] == [
        ("39", "38"),
        *[("COPPER", "COPPFR")] * text.count("COPPER"),
    ]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("再也不用绕", "再也不用绕".replace("用", "甩")), ("第一个走过去", "第一个走过去".replace("走", "足"))],
)
def test_a_misread_character_is_mended_from_one_witness(right: str, wrong: str) -> None:
    base = BRIDGE.replace(right, wrong)
    [reading] = readings(base, apparatus(base, {"p3": BRIDGE}))
    assert base[: reading.start] + reading.text + base[reading.end :] == BRIDGE
    assert reading.witnesses == ("p3",)
    assert "p3 reads" in reading.reason
    assert reading.confidence >= 0.95
    # The other way round, the text does not speak for the witness.
    assert readings(BRIDGE, apparatus(BRIDGE, {"p3": base})) == []


def test_a_reading_is_in_the_script_of_the_base() -> None:
    traditional = OpenCC("s2tw").convert(BRIDGE)
    base = BRIDGE.replace("旧桥是他爷爷", "旧桥是他爷斧").replace("通往码头", "通往砝头")
    [reading] = [one for one in readings(base, apparatus(base, {"tw": traditional})) if one.text != "爷"]
    assert (reading.text, base[reading.start : reading.end]) == ("码", "砝")
    # 码 may be 碼 there; it is not guessed.
    base = traditional.replace("碼頭", "砝頭")
    assert readings(base, apparatus(base, {"cn": BRIDGE})) == []
    [reading] = readings(base, apparatus(base, {"cn": BRIDGE, "tw": traditional}))
    assert reading.text == "碼"


def test_two_witnesses_carry_a_name_and_a_number_and_one_does_not() -> None:
    base = LAMP.replace("老许", "老浒").replace("三十九年", "三十几年").replace("三十几年", "三十五年")
    one, two = {"p2": LAMP}, {"p2": LAMP, "p3": LAMP}
    assert not [reading for reading in readings(base, apparatus(base, one)) if reading.text == "九"]
    carried = readings(base, apparatus(base, two))
    assert "九" in {reading.text for reading in carried}
    assert "2 of 3 witnesses read 九" in {reading.reason for reading in carried}


@pytest.mark.parametrize(
    ("base", "witness"),
    [("昨天下午，记者王辐来在码头上", "昨天下午，记者王福来在码头上"), ("大会今天于北京举行", "大会今天在北京举行")],
)
def test_the_text_around_does_not_speak_for_a_name_or_a_word_of_grammar(base: str, witness: str) -> None:
    variants = apparatus(base + LAMP, {"p2": witness + LAMP})
    assert len(variants) == 1
    assert readings(base + LAMP, variants) == []


def test_what_an_editor_changed_stays_as_printed() -> None:
    edited = (
        LAMP.replace("老许说", "老许讲")
        .replace("在石岬", "于石岬")
        .replace("昨天", "日前")
        .replace("从前的徒弟", "徒弟")
    )
    edited = edited.replace("接班的是", "接任者是")
    for base, other in ((LAMP, edited), (edited, LAMP)):
        variants = apparatus(base, {"p2": other})
        assert len(variants) >= 4
        assert readings(base, variants) == []


def test_witnesses_that_differ_prove_nothing() -> None:
    base = BRIDGE.replace("不用绕", "不甩绕")
    witnesses = {"p2": BRIDGE, "p3": BRIDGE.replace("不用绕", "不角绕")}
    assert readings(base, apparatus(base, witnesses)) == []
