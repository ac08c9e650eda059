"""Time words become periods, and words that only look like them do not."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banso.knowledge.periods import period_in

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 5, 13, 9, 30, tzinfo=TOKYO)  # a Wednesday


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("先月のSSOの問い合わせは？", "2026-04-01", "2026-04-30"),
        ("昨日、障害はありましたか", "2026-05-12", "2026-05-12"),
        ("今週のチケット", "2026-05-11", "2026-05-17"),
        ("先週のリリースの話", "2026-05-04", "2026-05-10"),
        ("今年はどんな不具合がありましたか", "2026-01-01", "2026-12-31"),
        ("去年の障害の原因", "2025-01-01", "2025-12-31"),
        ("３月の障害の原因は？", "2026-03-01", "2026-03-31"),
        ("8月に起きた障害", "2025-08-01", "2025-08-31"),
        ("2025年6月の請求の問い合わせ", "2025-06-01", "2025-06-30"),
        ("昨年の12月に来た要望", "2025-12-01", "2025-12-31"),
        ("12月以降のSAMLの不具合", "2025-12-01", None),
        ("2025年までの要望", None, "2025-12-31"),
        ("2月から4月の解約の相談", "2026-02-01", "2026-04-30"),
        ("11月〜2月の問い合わせ", "2025-11-01", "2026-02-28"),
        ("直近3か月の障害", "2026-02-12", None),
        ("What did customers ask about SSO last month?", "2026-04-01", "2026-04-30"),
        ("tickets opened yesterday", "2026-05-12", "2026-05-12"),
        ("export errors this week", "2026-05-11", "2026-05-17"),
        ("last week's outage", "2026-05-04", "2026-05-10"),
        ("incidents this quarter", "2026-04-01", "2026-06-30"),
        ("outages last quarter", "2026-01-01", "2026-03-31"),
        ("Which bugs were reported in March?", "2026-03-01", "2026-03-31"),
        ("Which bugs were reported in June 2025?", "2025-06-01", "2025-06-30"),
        ("SAML errors since June", "2025-06-01", None),
        ("tickets about invoices before 2024", None, "2023-12-31"),
        ("complaints between November and February", "2025-11-01", "2026-02-28"),
        ("requests from March to April 2026", "2026-03-01", "2026-04-30"),
        ("login issues in the last 30 days", "2026-04-13", None),
        ("incidents after March", "2026-04-01", None),
    ],
)
def test_time_words_become_days(question: str, first: str | None, last: str | None) -> None:
    period = period_in(question, NOW)
    assert period is not None
    days = [moment and moment.astimezone(TOKYO).date() for moment in (period.since, period.until)]
    assert days == [day and date.fromisoformat(day) for day in (first, last)]


@pytest.mark.parametrize(
    "question",
    [
        "How do I march through the wizard?",
        "March Networks のカメラに接続できますか",
        "May a shop share one login?",
        "Does the log keep entries up to 30 days?",
        "Which limits does Office 2024 have?",
        "Is Windows Server in 2022 edition supported?",
        "「先月の一覧」という画面はどこですか",
        'Where is the report called "last month"?',
        "クラウド版で消したものを、昨日の状態に戻せますか",
        "先週公開した版に戻せないのはなぜでしょう？",
        "Can I see what it said last week and what is different now?",
        "12月1日更新です。新価格に変わるのはいつの更新からになりますか？",
        "What was down on 28 September, for how long?",
        "2年契約なら何％まで値引きしてよいですか",
        "料金は4月から変わりますか",
        "3月期の決算に対応した機能は？",
        "2024年版のテンプレート",
        "過去3か月分のデータは取り出せますか",
        "毎年6月に届く通知は何ですか",
        "cron for a schedule: last Friday of the month?",
        "What was the cause last time?",
        "INC-2026-10 の原因は？",
        "What must I do before March?",
        "来月の障害訓練の連絡",
        "before the last year of the contract, what changes?",
    ],
)
def test_other_words_do_not(question: str) -> None:
    assert period_in(question, NOW) is None


def test_yesterday_is_the_settings_time_zones() -> None:
    late = datetime(2026, 5, 12, 23, 30, tzinfo=ZoneInfo("UTC"))
    here = period_in("昨日の障害", late.astimezone(TOKYO))
    there = period_in("昨日の障害", late)
    assert here and there and here.since and there.since
    assert (here.since.day, there.since.day) == (12, 11)


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("先月のSSOの問い合わせは？", "SSOの問い合わせは?"),
        ("SSOの先月の問い合わせ", "SSOの問い合わせ"),
        ("What was reported in March about SSO?", "What was reported about SSO?"),
        ("last week's outage", "outage"),
        ("tickets opened yesterday", "tickets opened"),
    ],
)
def test_the_rest_of_the_question_is_left(question: str, rest: str) -> None:
    period = period_in(question, NOW)
    assert period is not None and period.without(question) == rest


@given(
    words=st.sampled_from(("先月", "今四半期", "去年", "3月", "last quarter", "this year", "in May", "since June")),
    now=st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(TOKYO)),
)
def test_a_period_begins_in_the_past_and_ends_after_it_begins(words: str, now: datetime) -> None:
    period = period_in(f"tickets {words} 障害", now)
    assert period is not None and period.since is not None
    assert period.since <= now
    assert period.until is None or period.since < period.until


@given(st.text(alphabet="月年日先今去昨3612から以降の in March last 2024since", max_size=40))
def test_any_text_is_read(text: str) -> None:
    period = period_in(text, NOW)
    assert period is None or period.since is not None or period.until is not None
