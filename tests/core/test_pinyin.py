import pytest

from registry.core.pinyin import search_keys


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("阜平县", "fupingxian", "fpx"),
        ("康保县", "kangbaoxian", "kbx"),
        ("围场满族蒙古族自治县", "weichangmanzumengguzuzizhixian", "wcmzmgzzzx"),
        ("河北省三强公益基金会", "hebeishengsanqianggongyijijinhui", "hbssqgyjjh"),
        ("阜平县食用菌协会", "fupingxianshiyongjunxiehui", "fpxsyjxh"),
    ],
)
def test_names_have_their_pinyin_and_initials(name, pinyin, initials):
    assert search_keys(name) == (pinyin, initials)


def test_search_keys_are_as_long_as_their_columns():
    assert [len(key) for key in search_keys("庄" * 201)] == [600, 200]


@pytest.mark.parametrize(
    ("name", "pinyin"),
    [
        ("蔚县", "yuxian"),
        ("乐亭县", "laotingxian"),
        ("大城县", "daichengxian"),
        ("泊头市", "botoushi"),
        ("信都区", "xinduqu"),
        ("襄都区", "xiangduqu"),
        ("望都县", "wangduxian"),
        ("井陉县", "jingxingxian"),
        ("行唐县", "xingtangxian"),
        ("任县", "renxian"),
        ("任泽区", "renzequ"),
        ("柏乡县", "baixiangxian"),
        ("大厂回族自治县", "dachanghuizuzizhixian"),
        ("藁城区", "gaochengqu"),
        ("深泽县", "shenzexian"),
        ("涿鹿县", "zhuoluxian"),
        ("蠡县", "lixian"),
        ("涞水县", "laishuixian"),
        ("曲周县", "quzhouxian"),
        ("长安区", "changanqu"),
        ("隆尧县", "longyaoxian"),
        ("宝坻区", "baodiqu"),
        ("朝阳区", "chaoyangqu"),
    ],
)
@pytest.mark.parametrize("context", ["{}", "张家口市{}", "{}慈善总会"])
def test_place_names_are_read_as_people_there_read_them(name, pinyin, context):
    assert pinyin in search_keys(context.format(name))[0]


def test_a_reading_for_one_place_does_not_spread_to_other_words():
    assert search_keys("大城市")[0] == "dachengshi"


def test_latin_letters_and_digits_stay_whole_in_lower_case():
    assert search_keys("ＡＢＣ公司·３号（试点）") == ("abcgongsi3haoshidian", "abcgs3hsd")


@pytest.mark.parametrize("name", ["", "·（）", "é", "Ж", "\ud800", "😀"])
def test_what_has_no_pinyin_is_dropped(name):
    assert search_keys(name) == ("", "")


def test_keys_are_ascii():
    assert search_keys("吕梁女子éЖ")[0].isascii()
    assert search_keys("吕")[0] == "lv"
