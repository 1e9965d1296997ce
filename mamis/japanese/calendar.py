"""日付を言葉にし、言葉を日付にする。和暦、曜日、年度、何か月前と後。

出典: 改元の日は詔書・政令による。明治は慶応4年1月1日（1868年1月25日）にさかのぼって明治元年とした詔（一世一元の詔）、
大正・昭和は「七月三十日以後」「十二月二十五日以後」を元年とする詔書により改元の日を前後どちらの元号でも受け付け、
平成・令和は政令により改元の日の翌日から（1989年1月8日）、施行の日から（2019年5月1日）とする。
明治5年までの月日は太陰太陽暦だが、ここではグレゴリオ暦の月日のまま元号の年だけを付ける。
"""

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

Part = Literal["year", "month", "day"]

EARLIEST = date(1868, 1, 25)
LATEST = date(2100, 12, 31)
WEEKDAYS = "月火水木金土日"


@dataclass(frozen=True)
class Era:
    """元号。``last`` はその元号で書いてよい最後の日。"""

    name: str
    letter: str
    first: date
    last: date


ERAS = (
    Era("明治", "M", date(1868, 1, 25), date(1912, 7, 30)),
    Era("大正", "T", date(1912, 7, 30), date(1926, 12, 25)),
    Era("昭和", "S", date(1926, 12, 25), date(1989, 1, 7)),
    Era("平成", "H", date(1989, 1, 8), date(2019, 4, 30)),
    Era("令和", "R", date(2019, 5, 1), LATEST),
)

_YEAR = re.compile(r"(明治?|大正?|昭和?|平成?|令和?|[mtshr])?[.・]?(元|[0-9]{1,4}|[〇一二三四五六七八九十]{1,4})年?")
_NUMBER = re.compile(r"([0-9]{1,2})[月日]?")
_DAY = re.compile(r"(.+?年)(.+?月)(.+?日)|(.+?)[-/.](\d+)[-/.](\d+)|([0-9]{4})([0-9]{2})([0-9]{2})")
_KANJI_DIGITS = {character: number for number, character in enumerate("〇一二三四五六七八九")}


class DateRefused(ValueError):
    """日付として受け付けられない。わけを日本語で述べ、直す欄を ``part`` に持つ。"""

    def __init__(self, reason: str, part: Part) -> None:
        self.part = part
        super().__init__(reason)


def era_year(day: date) -> str:
    """「令和8年」。明治より前は ``ValueError``。"""
    era = next((era for era in reversed(ERAS) if day >= era.first), None)
    if era is None:
        raise ValueError(f"no era before {EARLIEST.isoformat()}")
    return f"{era.name}{_year_words(day.year - era.first.year + 1)}"


def era_date(day: date) -> str:
    """「令和8年6月4日」。"""
    return f"{era_year(day)}{day.month}月{day.day}日"


def long_date(day: date) -> str:
    """「2026年6月4日（令和8年）」。確認ページのように、どちらの年でも確かめるところに使う。"""
    return f"{plain_date(day)}（{era_year(day)}）"


def formal_date(day: date) -> str:
    """「令和8年6月4日（2026年）」。修了証のように、和暦を先にする紙に使う。"""
    return f"{era_date(day)}（{day.year}年）"


def plain_date(day: date) -> str:
    """「2026年6月4日」。"""
    return f"{day.year}年{day.month}月{day.day}日"


def date_with_weekday(day: date) -> str:
    """「2026年6月4日（木）」。期限のように、曜日が要るところに使う。"""
    return f"{plain_date(day)}（{weekday(day)}）"


def short_date(day: date) -> str:
    """「2026/06/04」。表の中で桁を揃えるときに使う。"""
    return f"{day.year:04}/{day.month:02}/{day.day:02}"


def weekday(day: date) -> str:
    """「木」。"""
    return WEEKDAYS[day.weekday()]


def fiscal_year(day: date) -> int:
    """その日の年度。4月1日に始まる。"""
    return day.year if day.month >= 4 else day.year - 1


def fiscal_year_name(year: int) -> str:
    """「2026年度（令和8年度）」。元号は年度の初日のもの。"""
    return f"{year}年度（{era_year(date(year, 4, 1))}度）"


def fiscal_year_days(year: int) -> tuple[date, date]:
    """年度の初日と、次の年度の初日。"""
    return date(year, 4, 1), date(year + 1, 4, 1)


def months_after(day: date, months: int) -> date:
    """何か月か後の同じ日。その日がない月では月の末日。"""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_before(day: date, months: int) -> date:
    """何か月か前の同じ日。その日がない月では月の末日。"""
    return months_after(day, -months)


def parse_date(year: str, month: str, day: str) -> date:
    """年・月・日の三つの欄を読む。年は西暦（2026）でも和暦（令和8、R8、昭和64、平成元年）でも、全角でもよい。"""
    era, era_or_western = _read_year(year)
    month_number = _read_number(month, "month", 12)
    day_number = _read_number(day, "day", 31)
    western = era_or_western if era is None else era.first.year + era_or_western - 1
    words = f"{western}年" if era is None else f"{era.name}{_year_words(era_or_western)}"
    if not EARLIEST.year <= western <= LATEST.year:
        raise _out_of_range(era)
    last_day = calendar.monthrange(western, month_number)[1]
    if day_number > last_day:
        raise DateRefused(f"{words}{month_number}月は{last_day}日までです。", "day")
    found = date(western, month_number, day_number)
    if era is None:
        if found < EARLIEST:
            raise _out_of_range(era)
    elif found > era.last:
        raise DateRefused(
            f"{words}{month_number}月{day_number}日はありません。"
            f"{era.name}は{_in_era(era, era.last)}までです（{era_date(found)}ではありませんか）。",
            "year",
        )
    elif found < era.first:
        raise DateRefused(
            f"{words}{month_number}月{day_number}日はありません。"
            f"{era.name}は{_in_era(era, era.first)}からです{_meant(found)}。",
            "year",
        )
    return found


def parse_day(text: str) -> date:
    """一つの欄やセルに書かれた日付を読む。「2026年6月4日」「令和8年6月4日」「2026-06-04」「R8.6.4」「20260604」。"""
    folded = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).replace("−", "-").replace("‐", "-")
    match = _DAY.fullmatch(re.sub(r"[（(].*?[）)]$", "", folded))
    if match is None:
        raise DateRefused("日付は「2026年6月4日」「令和8年6月4日」「2026-06-04」のように入力してください。", "year")
    year, month, day = (group for group in match.groups() if group is not None)
    return parse_date(year, month, day)


def _read_year(text: str) -> tuple[Era | None, int]:
    """年の欄を、元号（西暦なら ``None``）と年の数にする。"""
    folded = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).lower()
    if not folded:
        raise DateRefused("年を入力してください。", "year")
    match = _YEAR.fullmatch(folded)
    if match is None:
        raise DateRefused("年は「2026」「令和8」「R8」のように入力してください。", "year")
    prefix, words = match.groups()
    number = _number(words)
    if prefix is None:
        if words == "元" or len(words) < 4:
            raise DateRefused("年は西暦4桁か、元号を付けて入力してください（例：2026、令和8）。", "year")
        return None, number
    era = next(era for era in ERAS if prefix in (era.name, era.name[0], era.letter.lower()))
    if number == 0:
        raise DateRefused(f"{era.name}0年はありません。最初の年は{era.name}元年です。", "year")
    return era, number


def _read_number(text: str, part: Part, most: int) -> int:
    """月か日の欄を数にする。"""
    name = {"month": "月", "day": "日"}[part]
    folded = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    if not folded:
        raise DateRefused(f"{name}を入力してください。", part)
    match = _NUMBER.fullmatch(folded)
    if match is None or not 1 <= int(match[1]) <= most:
        raise DateRefused(f"{name}は1から{most}までの数字で入力してください。", part)
    return int(match[1])


def _number(words: str) -> int:
    """「元」「8」「六十四」を数にする。"""
    if words == "元":
        return 1
    if words[0] in "0123456789":
        return int(words)
    if "十" not in words:
        return int("".join(str(_KANJI_DIGITS[character]) for character in words))
    tens, _, ones = words.partition("十")
    return _number(tens or "一") * 10 + (_number(ones) if ones else 0)


def _year_words(number: int) -> str:
    """元号の年。「元年」「8年」。"""
    return "元年" if number == 1 else f"{number}年"


def _in_era(era: Era, day: date) -> str:
    """その元号で書いた日。改元の日は前の元号でも書ける。"""
    return f"{_year_words(day.year - era.first.year + 1)}{day.month}月{day.day}日"


def _meant(day: date) -> str:
    """書き違えと思われるとき、正しい書き方を示す。"""
    return f"（{era_date(day)}ではありませんか）" if day >= EARLIEST else ""


def _out_of_range(era: Era | None) -> DateRefused:
    """扱えない年。終わった元号なら、いつまでかを述べる。"""
    if era is not None and era.last < LATEST:
        return DateRefused(f"{era.name}は{_in_era(era, era.last)}までです。", "year")
    return DateRefused(f"年は西暦{EARLIEST.year}年（明治元年）から{LATEST.year}年までで入力してください。", "year")
