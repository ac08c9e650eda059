"""Passwords that a sentence states: after a word such as パスワード or `PIN`, as a value and not as a description of one."""

# ruff: noqa: E501 - one pattern a line reads as a table
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from banso.gate.ordinary import listed
from banso.gate.values import COUNTED, PLACEHOLDER, TERM, describes, opaque, phrase, trimmed

Range = tuple[int, int]
_PASSWORD = r"パスワード|パスフレーズ|合い?言葉|秘密の(?:言葉|答え)|(?<![A-Za-z])(?:pass ?(?:words?|phrase)|passwd|passwort|pwd?|(?:code|safe|secret) ?word|pass(?= ?[:=]))"
_PIN = r"暗証(?:番号|コード)|パスコード|(?:確認|認証)コード|ワンタイム(?:パスワード|コード)|(?<![A-Za-z])(?:pass ?code|pin(?: ?(?:code|コード|number|番号))?|(?:one[- ]time|verification|security) (?:code|password))"
_KEY = r"api[ _-]?(?:key|キー|secret)|アクセスキー|秘密鍵|(?:復号|暗号化?|解凍)キー|secret(?:[ _-]?key)?|シークレット(?:キー)?|access[ _-]?(?:key|token)|(?:api[ _-]?)?token|トークン|bearer|client[ _-]?secret|credentials?|パス"
_ASIDE = r"(?: ?[(\[【][^)\]】\n]{0,20}[)\]】])?"
_OF = r"(?: (?:for|of|to|on) (?:[\w'-]+ ){0,4}?[\w'-]+)?"
_IS = r"[ \t]*(?:はこちら|は(?:以下|次|下記)の?(?:通り|とおり)?)(?:です|になります|でございます)?[。:]?\s*|\s{0,3}(?:[:=]|->|→|⇒)\s{0,3}|\s{0,2}[はがを]、?\s{0,3}|、\s?(?=[!-~]{0,40}\d)|として(?:は)?|(?:[ ,]{1,2}(?:is|was|are|as|will be)|['’]s)(?: as follows:?)?:?\s{1,3}|(?<=】)\s{0,2}"
_NAMED = re.compile(
    rf"(?i)(?:(?P<password>{_PASSWORD})|(?P<pin>{_PIN})|(?P<key>{_KEY}))(?![a-z]){_ASIDE}[\"'」』】`*]{{0,2}}{_OF}"
    rf"(?P<sep>{_IS}| ?(?=[「『“])| (?=[\"'`])|\s*\n\s*|[ ](?=[!-~]*[0-9]))(?:\*{{1,2}}\s?)?"
)
_SET_TO = re.compile(
    r"(?i)\b(?:set|reset|changed?|updated?|switched)\b[^.\n]{0,30}?\b(?:pass ?(?:word|phrase|code)|pin|secret)\b(?! (?:polic|rule|length|field|page|reset|link|expir|period))[^.\n]{0,20}? to\s+"
)
_PAIR = re.compile(
    r"(?i)(?:ログイン(?:情報|id|名)?|サインイン(?:情報)?|(?:アカウント|認証|接続)情報|ユーザー(?:名|id)?|(?<![A-Za-z_-])(?:(?:log|sign)[- ]?in(?: (?:as|with|details|info|data))?|credentials?|user(?:name| ?id)?|id)(?![a-z]))"
    r"(?: ?[/&・と] ?(?:パスワード|pass(?:word)?|pwd?))?(?:\s{0,2}(?:[:=はが]|is|are|as|with)\s{0,3}|(?<=[a-z]) (?=[a-z])|(?=「))[「\"'`]?(?P<user>[A-Za-z0-9_.@+-]{2,64})[」\"'`]?\s{0,2}(?P<between>[/,、|]|and|と)\s{0,2}[「\"'`]?(?P<value>[!-~]{4,64})"
)
_QUOTED = re.compile(
    r"「([^」\n]{1,60})」|『([^』\n]{1,60})』|“([^”\n]{1,60})”|\"([^\"\n]{1,60})\"|`([^`\n]{1,60})`|'([^'\n]{1,60})'(?!\w)"
)
_TOKEN = re.compile(r"[!-~]{1,200}")
_SPACED = re.compile(r"[!-~](?: [!-~]){3,60}(?![!-~])")
_MIXED_JA = re.compile(r"[ぁ-んァ-ヺー一-龥々]{2,8}[!#@_-]?\d{2,8}[!#@]?")
_THEN = re.compile(
    r"(?:[(\[][^)\]\n]{0,20}[)\]])?\s{0,3}(?:$|[\n。、,.!)）」』;]|です|で(?:ござい|した|(?:ログ|サイン)イン|お(?:試し|入り)|お?願い)|にな[りっ]|とな[りっ]|に(?:変更|設定|更新|リセット|戻|いた|し[てま]|再|初期化)|と(?:設定|入力|いう|し[たてま]|いた|お伝え)|をお?(?:使|伝え|入れ|入力|試し)|をご?(?:利用|入力|使用|指定|登録))"
)
_ORDINARY_JA = re.compile(
    r"必須|任意|強度?|弱|中|高|低|有効|無効|非?表示|不要|必要|変更|期限|無期限|なし|あり|文字|桁|英|数字|記号|半角|全角|大文字|小文字|設定|管理|>|画面|リセット|忘れ|こちら|以下|別途|後日|ください|ます|です|ため|場合|の(?:もの|まま)|初回|ご自身|お客様|未|済|同じ|正し|誤"
)
_JAPANESE = re.compile(r"[ぁ-んァ-ヺ一-龥々]")


@dataclass(frozen=True)
class _Named:
    """What a word such as パスワード introduces at `start`: `kind` is password, pin or key; `sep` stands between."""

    text: str
    start: int
    kind: str
    word: str
    sep: str

    @property
    def label(self) -> bool:
        """A colon or "as follows": whatever comes next is the value."""
        return bool(re.search(r"[:=>→⇒]|以下|次|下記|こちら|follows", self.sep))

    def closed(self, end: int) -> bool:
        """Whether the sentence ends with the value; after a Japanese particle it must, since prose goes on."""
        return self.label or not re.search(r"[はがを、]", self.sep) or bool(_THEN.match(self.text, end))


def stated(text: str) -> Iterator[Range]:
    """Where a password, PIN or key stands that the text names as one; `text` as `readable` gives it."""
    for match in _NAMED.finditer(text):
        kind = next(kind for kind in ("password", "pin", "key") if match[kind])
        if found := _value(_Named(text, match.end(), kind, match[kind], match["sep"])):
            yield found
    for match in _SET_TO.finditer(text):
        if found := _set_to(text, match.end()):
            yield found
    for match in _PAIR.finditer(text):
        value = trimmed(match["value"])
        said_and = match["between"].strip() in ("and", "と")
        if (
            opaque(value)
            and "/" not in value
            and not (said_and and value.isalnum())
            and not TERM.fullmatch(match["user"])
        ):
            yield match.start("value"), match.start("value") + len(value)


def _value(named: _Named) -> Range | None:
    """The value that the word introduces, by the form in which it is written."""
    for form, judge in ((_QUOTED, _within_quotes), (_SPACED, _spelled), (_MIXED_JA, _japanese), (_TOKEN, _token)):
        if match := form.match(named.text, named.start):
            return judge(named, match)
    return None


def _within_quotes(named: _Named, quoted: re.Match[str]) -> Range | None:
    inner = next(filter(None, quoted.groups()))
    span = quoted.start() + 1, quoted.end() - 1
    if not inner.strip() or PLACEHOLDER.fullmatch(inner.strip()) or COUNTED.search(inner):
        return None
    if opaque(inner) or (named.kind != "key" and re.fullmatch(r"\d{4,12}", inner)):
        return span
    given = named.sep.strip() or _given(named.text, quoted)
    if named.kind == "key" or not given or not named.closed(quoted.end()):
        return None
    plain = _ORDINARY_JA.search(inner) if _JAPANESE.search(inner) else " " not in inner.strip() and describes(inner)
    return None if plain else span


def _given(text: str, quoted: re.Match[str]) -> bool:
    """Whether what was quoted right after the word is handed over, not a field or a button of that name."""
    if " " in quoted[0].strip() and not _JAPANESE.search(quoted[0]):
        return bool(re.match(r"[.,;\n]|$", text[quoted.end() : quoted.end() + 1]))
    return bool(
        re.match(r"\s?(?:を(?:お使|ご利用|入力)|で(?:ログ|サイン)イン)", text[quoted.end() : quoted.end() + 12])
    )


def _spelled(_: _Named, spaced: re.Match[str]) -> Range | None:
    return spaced.span() if opaque(spaced[0].replace(" ", "")) else None


def _japanese(named: _Named, mixed: re.Match[str]) -> Range | None:
    ends = not COUNTED.match(named.text, mixed.end()) and _THEN.match(named.text, mixed.end())
    return mixed.span() if named.kind == "password" and ends and not _ORDINARY_JA.search(mixed[0]) else None


def _token(named: _Named, token: re.Match[str]) -> Range | None:
    value = trimmed(token[0])
    end = named.start + len(value)
    alone = end == len(named.text) or named.text[end] == "\n"
    if not named.closed(end) or (named.sep.isspace() and "\n" in named.sep and not alone):
        return None
    if _number(named, value, end):
        return named.start, end
    if opaque(value):
        return None if named.word == "パス" and re.search(r"[/\\]", value) else (named.start, end)
    if named.kind == "password" and named.sep.strip():
        return phrase(named.text, named.start)
    return _halved(named.text, named.start)


def _number(named: _Named, value: str, end: int) -> bool:
    """Whether the digits are a PIN, and no count of characters, days or tries."""
    told = named.sep.strip(" \n") or (named.kind == "pin" and len(value) >= 6)
    counts = COUNTED.match(named.text, end) or named.kind == "key"
    return bool(told and not counts and re.fullmatch(r"\d{4,12}", value))


def _set_to(text: str, start: int) -> Range | None:
    """What a password was set to: a value, or three plain words that are no purpose ("to get access again")."""
    if quoted := _QUOTED.match(text, start):
        inner = next(filter(None, quoted.groups()))
        plain = PLACEHOLDER.fullmatch(inner) or (" " not in inner and describes(inner))
        return None if plain else (quoted.start() + 1, quoted.end() - 1)
    token = _TOKEN.match(text, start)
    value = trimmed(token[0]) if token else ""
    if opaque(value):
        return start, start + len(value)
    found = phrase(text, start)
    words = text[slice(*found)].casefold().split() if found else []
    return found if len(words) >= 3 and words[0] not in listed("infinitives") else None


def _halved(text: str, start: int) -> Range | None:
    """A value with one space or line end inside, both halves of letters and digits."""
    halves = re.compile(r"[!-~]{2,40}[ \n][!-~]{2,40}").match(text, start)
    if halves is None or not all(re.search(r"[A-Za-z]", half) and re.search(r"\d", half) for half in halves[0].split()):
        return None
    return halves.span() if not any(TERM.fullmatch(half) for half in halves[0].split()) else None
