"""The tool that looks up one customer account in the CRM."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from langchain.tools import BaseTool, tool
from pydantic import Field

from banso.core.errors import NotFound
from banso.crm.accounts import Account
from banso.crm.base import Ambiguous, Crm
from tools.account_text import account_text

LONGEST = 200
LONGEST_SAID = 60
"""Characters of what was looked up that a refusal repeats: people read it where no answer comes."""
_SAID = {
    "ja": {
        "which": "どの取引先のことか分かりません。会社名、ドメイン、担当者名、または取引先IDを指定してください。",
        "none": "「{text}」に当てはまる取引先は見つかりませんでした。会社名、ドメイン、担当者名、取引先IDで探せます。",
        "many": "「{text}」に当てはまる取引先が{count}件あります。どれかを指定してください：{names}",
        "near": "「{text}」という取引先はありません。よく似た名前：{names}",
        "wall": "この会話は{name}（{id}）専用です。ほかの取引先の情報は表示できません。"
        "新しい会話で取引先を選び直してください。",
        "unasked": "{name}のことは尋ねられていないため、調べませんでした。必要なときは会社名を挙げてお尋ねください。",
    },
    "en": {
        "which": "Which account is meant? Give a company name, domain, contact or account id.",
        "none": "No account fits “{text}”. Company name, domain, contact or account id can be searched.",
        "many": "“{text}” fits {count} accounts. Name one of them: {names}",
        "near": "No account is called “{text}”. Similar names: {names}",
        "wall": "This conversation belongs to {name} ({id}); other accounts cannot be looked up in it. "
        "Choose the other account in a new conversation.",
        "unasked": "Nobody asked about {name}, so it was not looked up. Name the company in the question to see it.",
    },
}

Named = Callable[[str, Account], bool]


def make_lookup_account(crm: Crm, *, account: str, language: str, named: Named = lambda query, found: True) -> BaseTool:
    """The tool, for one turn. With `account` set, only that account can be looked up; the model cannot change it.
    Without, only one that was `named` (the words looked up, the account found): a text that a model read names none.
    The same holds for the names that a refusal suggests.

    The content is text in `language` ("ja" or "en"), a fact a line, each with its date; the artifact is (account id,
    account name). It raises NotFound with a sentence in `language`, and Unavailable when the CRM does not answer.
    """
    said = _SAID["ja" if language == "ja" else "en"]

    @tool(response_format="content_and_artifact")
    def lookup_account(
        query: Annotated[
            str,
            Field(
                description="company name, domain, e-mail address, contact name or account id; "
                "empty: the account of this conversation"
            ),
        ] = "",
    ) -> tuple[str, tuple[str, str]]:
        """Look up one customer: contract, plan, version, renewal, owner, contacts, tickets, last contact, usage,
        surveys."""
        words = query.strip()[:LONGEST]
        found = _bound(crm, account, words, said) if account else _named(crm, words, said, named)
        written = account_text(crm.overview(found.id), _language(language))
        return written, (found.id, found.name)

    return lookup_account


def _named(crm: Crm, words: str, said: dict[str, str], named: Named) -> Account:
    if not words:
        raise NotFound(said["which"])
    try:
        found = crm.find(words)
    except Ambiguous as error:
        raise NotFound(_choice(error, words, said, named)) from error
    except NotFound as error:
        raise NotFound(said["none"].format(text=_short(words))) from error
    if not named(words, found):
        raise NotFound(said["unasked"].format(name=_short(words)))
    return found


def _choice(error: Ambiguous, words: str, said: dict[str, str], named: Named) -> str:
    """Which customers may be meant, of those that were named: a word that a model made up lists nobody."""
    shown = [one for one in error.candidates if named(words, one)]
    if not shown:
        return said["unasked"].format(name=_short(words))
    names = ", ".join(f"{one.name} ({one.id})" for one in shown)
    return said["near" if error.close else "many"].format(text=_short(words), count=len(shown), names=names)


def _short(words: str) -> str:
    return words if len(words) <= LONGEST_SAID else f"{words[:LONGEST_SAID]}…"


def _bound(crm: Crm, account: str, words: str, said: dict[str, str]) -> Account:
    """The conversation's own account, if that is what the words mean. One refusal for everything else, so that it does
    not tell whether another customer exists."""
    own = crm.get(account)
    if not words or _means(crm, words, own.id):
        return own
    raise NotFound(said["wall"].format(name=own.name, id=own.id))


def _means(crm: Crm, words: str, account: str) -> bool:
    try:
        return crm.find(words).id == account
    except Ambiguous as error:
        return not error.close and account in [candidate.id for candidate in error.candidates]
    except NotFound:
        return False


def _language(language: str) -> Literal["ja", "en"]:
    return "ja" if language == "ja" else "en"
