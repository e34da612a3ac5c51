"""Personal data found by its form: what is named, what is let through, what the last wall hides."""

import pytest

from registry.core.personal import personal_data, shielded, words_of_children

PERSONAL = [
    ("phone", "13912345678"), ("phone", "139-1234-5678"), ("phone", "+86 139 1234 5678"), ("phone", "0311-87654321"),
    ("phone", "（0312）8765432"), ("phone", "一三九一二三四五六七八"), ("phone", "１３９１２３４５６７８"),
    ("number", "130726198001011234"), ("number", "13072619800101123X"), ("number", "6222021234567890123"),
    ("number", "110105 19491231 002x"), ("number", "110105491231002"), ("number", "6222 0212 3456 7890 128"),
    ("email", "zhang.san@example.org"), ("account", "微信号：zhangsan88"), ("account", "QQ:12345678"),
]  # fmt: skip
HARMLESS = [
    "7200000元", "91130000104321234A", "覆盖11.5万人次", "XM-2020-0412", "2020-10-28", "3000余万元", "6300多家",
    "53130000MJ0123456X", "130726", "12345", "一三五",
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), PERSONAL)
def test_it_is_found_named_and_shown_by_its_beginning_only(kind, text):
    (found,) = personal_data(f"请联系{text}。")
    assert (found.kind, len(found.shown)) == (kind, 4)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_nobody_s_is_let_through(text):
    assert personal_data(f"项目{text}。") == []
    assert shielded(f"项目{text}。") == f"项目{text}。"


@pytest.mark.parametrize(("_kind", "text"), PERSONAL)
def test_the_last_wall_hides_all_but_the_beginning(_kind, text):
    shown = shielded(f"请联系{text}，再联系{text}。")
    assert text not in shown
    assert shown.startswith("请联系")
    assert shown.endswith("。")
    assert personal_data(shown) == []


def test_words_of_children_are_told_once_each():
    assert words_of_children("学生和学生家长，8岁的女孩") == ["学生", "8岁", "女孩"]
    assert words_of_children("18岁以上的村民，80岁的老人") == []
