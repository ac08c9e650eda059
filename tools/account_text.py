"""An account overview as text: a fact a line, each with its date; what is not recorded is said, never shown as zero."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Literal

from babel.numbers import format_currency, format_decimal

from banso.crm.accounts import AccountOverview, Contact, CrmTicket, Money, Survey, UsageTrend

Language = Literal["ja", "en"]
CONTACTS, TICKETS, SURVEYS, EVENTS = 5, 8, 3, 2
_JA = {
    "account": "取引先：{name}（ID {id}、状態：{status}、{today}時点、CRM取込日：{loaded}）",
    "company": "業種：{industry}、区分：{segment}、国：{country}、ドメイン：{domain}",
    "installed": "ご利用のバージョン：{version}、エディション：{edition}",
    "owner": "担当CSM：{owner}",
    "contract": "契約プラン：{plan}、契約席数：{seats}（{today}時点で有効な契約{count}件、開始日：{start}）",
    "no_contract": "契約：{today}時点で有効な契約はありません（終了した契約：{ended}件）",
    "money": "月額（MRR）：{mrr}、年額（ARR）：{arr}（{today}時点）",
    "renewal": "契約更新日：{date}（{left}、自動更新：{auto}）",
    "no_renewal": "契約更新日：記録なし",
    "left": "{today}からあと{days}日",
    "passed": "{today}時点で{days}日前に経過",
    "contacts": "連絡先：{list}",
    "last": "最終接触日：{date}（{name}）",
    "no_last": "最終接触日：記録なし",
    "tickets": "未解決のチケット：{count}件（{today}時点）{list}",
    "no_tickets": "未解決のチケット：記録なし",
    "usage": "利用状況（{metric}、週平均）：直近4週 {recent}（{recent_from}〜{until}）、"
    "その前の4週 {previous}（{previous_from}〜{before}）、変化：{change}",
    "missing": "利用データのない週：{weeks}（未計測か利用なしかは不明のため、平均に含めていません）",
    "no_usage": "利用状況：記録なし",
    "surveys": "アンケート：{list}",
    "no_surveys": "アンケート：回答の記録なし",
    "event": "出来事：{at} {kind}（{reason}）{comment}",
}
_EN = {
    "account": "Account: {name} (id {id}, status: {status}; as of {today}, CRM data loaded {loaded})",
    "company": "Industry: {industry}; segment: {segment}; country: {country}; domain: {domain}",
    "installed": "Version in use: {version}; edition: {edition}",
    "owner": "Owner (CSM): {owner}",
    "contract": "Contract plan: {plan}; seats: {seats} ({count} contract(s) in force on {today}, started {start})",
    "no_contract": "Contract: none in force on {today} (ended contracts: {ended})",
    "money": "MRR: {mrr}; ARR: {arr} (as of {today})",
    "renewal": "Contract renewal date: {date} ({left}; auto-renewal: {auto})",
    "no_renewal": "Contract renewal date: not recorded",
    "left": "{days} days left from {today}",
    "passed": "passed {days} days before {today}",
    "contacts": "Contacts: {list}",
    "last": "Last contact: {date} ({name})",
    "no_last": "Last contact: not recorded",
    "tickets": "Open tickets: {count} (as of {today}){list}",
    "no_tickets": "Open tickets: not recorded",
    "usage": "Usage ({metric}, weekly mean): last 4 weeks {recent} ({recent_from} to {until}), the 4 weeks before "
    "{previous} ({previous_from} to {before}); change: {change}",
    "missing": "Weeks without usage data: {weeks} (not measured or not used, nobody knows; left out of the means)",
    "no_usage": "Usage: not recorded",
    "surveys": "Surveys: {list}",
    "no_surveys": "Surveys: no answer recorded",
    "event": "Event: {at} {kind} ({reason}) {comment}",
}
_METRIC = {
    "ja": {"active_users": "アクティブユーザー数", "logins": "ログイン数", "events": "操作数"},
    "en": {"active_users": "active users", "logins": "logins", "events": "events"},
}
_UNKNOWN = {"ja": "記録なし", "en": "not recorded"}
_DAY = {"ja": "日付不明", "en": "date unknown"}


def account_text(overview: AccountOverview, language: Language) -> str:
    """The lines, in Japanese or English. Text from the CRM stays on its line, whatever it holds."""
    return "\n".join(" ".join(line.split()) for line in _Writer(overview, language).lines())


class _Writer:
    """Fills the phrases of one language."""

    def __init__(self, overview: AccountOverview, language: Language) -> None:
        self._o, self._language = overview, language
        self._phrases = _JA if language == "ja" else _EN

    def lines(self) -> Iterator[str]:
        account = self._o.account
        yield self._say(
            "account", name=account.name, id=account.id, status=account.status, loaded=_day(self._o.loaded_at)
        )
        yield self._say("company", **account.model_dump(include={"industry", "segment", "country", "domain"}))
        if account.version or account.edition:
            yield self._say("installed", version=account.version, edition=account.edition)
        yield self._say("owner", owner=account.owner)
        yield from self._contract()
        yield self._contacts()
        yield self._last()
        yield self._tickets(self._o.open_tickets)
        yield from self._usage(self._o.usage)
        yield self._surveys(self._o.surveys)
        for event in self._o.events[:EVENTS]:
            yield self._say(
                "event", at=_day(event.at), kind=event.kind, reason=event.reason, comment=event.comment or " "
            )

    def _contract(self) -> Iterator[str]:
        o = self._o
        if not o.contracts:
            yield self._say("no_contract", ended=o.ended_contracts)
            return
        start = min((c.start_date for c in o.contracts if c.start_date), default=None)
        yield self._say("contract", plan=o.plan, seats=self._number(o.seats), count=len(o.contracts), start=_day(start))
        yield self._say("money", mrr=self._money(o.mrr), arr=self._money(o.arr))
        if o.renewal_date is None or o.days_left is None:
            yield self._say("no_renewal")
            return
        left = self._say("left" if o.days_left >= 0 else "passed", days=abs(o.days_left))
        yield self._say("renewal", date=_day(o.renewal_date), left=left, auto=self._yes(o.auto_renew))

    def _contacts(self) -> str:
        shown = [self._contact(contact) for contact in self._o.contacts[:CONTACTS]]
        return self._say("contacts", list=self._list(shown, len(self._o.contacts)))

    def _contact(self, contact: Contact) -> str:
        main = {"ja": "主担当", "en": "primary"}[self._language] if contact.is_primary else ""
        last = contact.last_contacted_at
        met = {"ja": f"最終接触 {_day(last)}", "en": f"last contact {_day(last)}"}[self._language] if last else ""
        return self._with(contact.name, [main, contact.role, contact.email, contact.phone, met])

    def _last(self) -> str:
        last = self._o.last_contact
        return self._say("last", date=_day(last.last_contacted_at), name=last.name) if last else self._say("no_last")

    def _tickets(self, tickets: Sequence[CrmTicket]) -> str:
        if not self._o.tickets_recorded:
            return self._say("no_tickets")
        shown = [self._with(f"{t.id} {t.subject}".strip(), [t.status, t.priority, _day(t.created_at)]) for t in tickets]
        listed = self._list(shown[:TICKETS], len(shown)) if shown else ""
        return self._say(
            "tickets", count=len(tickets), list=f"{': ' if self._language == 'en' else '：'}{listed}" if listed else " "
        )

    def _usage(self, usage: UsageTrend | None) -> Iterator[str]:
        if usage is None:
            yield self._say("no_usage")
            return
        yield self._say(
            "usage",
            metric=_METRIC[self._language][usage.metric],
            recent=self._number(usage.recent),
            previous=self._number(usage.previous),
            recent_from=_day(usage.recent_from),
            until=_day(usage.until),
            previous_from=_day(usage.previous_from),
            before=_day(date.fromordinal(usage.recent_from.toordinal() - 1)),
            change=self._change(usage.change),
        )
        if usage.missing:
            yield self._say("missing", weeks=", ".join(_day(week) for week in usage.missing))

    def _change(self, change: float | None) -> str:
        if change is None:
            return {"ja": "比較できません（計測週が不足）", "en": "cannot be compared (too few measured weeks)"}[
                self._language
            ]
        return f"{change:+.0%}"

    def _surveys(self, surveys: Sequence[Survey]) -> str:
        if not surveys:
            return self._say("no_surveys")
        shown = [
            self._with(
                f"{s.kind.upper()} {self._number(s.score)}", [_day(s.answered_at) or _DAY[self._language], s.comment]
            )
            for s in surveys[:SURVEYS]
        ]
        return self._say("surveys", list=self._list(shown, len(surveys)))

    def _say(self, key: str, **values: object) -> str:
        unknown = _UNKNOWN[self._language]
        filled = {name: unknown if value in ("", None) else value for name, value in values.items()}
        return self._phrases[key].format(**{"today": _day(self._o.today), **filled})

    def _with(self, name: str, details: Sequence[str]) -> str:
        said = [detail for detail in details if detail]
        if not said:
            return name
        return f"{name}（{'、'.join(said)}）" if self._language == "ja" else f"{name} ({', '.join(said)})"

    def _list(self, shown: Sequence[str], count: int) -> str:
        rest = count - len(shown)
        more = [{"ja": f"ほか{rest}件", "en": f"{rest} more"}[self._language]] if rest > 0 else []
        return ("、" if self._language == "ja" else "; ").join([*shown, *more])

    def _money(self, amounts: Sequence[Money]) -> str:
        return " + ".join(
            format_currency(m.amount, m.currency, locale=self._language) if m.currency else self._number(m.amount)
            for m in amounts
        )

    def _number(self, value: object) -> str:
        return "" if value is None else str(format_decimal(value, locale=self._language))  # type: ignore[arg-type]

    def _yes(self, value: bool | None) -> str:
        words = {"ja": ("あり", "なし"), "en": ("yes", "no")}[self._language]
        return "" if value is None else words[0] if value else words[1]


def _day(moment: date | datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else ""
