"""宛名: company, department, title and person as the norm of Japanese letters and the CRM have them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from banso.crm.names import company_key
from banso.writing.checks.found import Found
from banso.writing.checks.letter import HONORIFIC, Letter, Line

_FORM = re.compile(
    r"(?:株式|有限|合同|合資|合名)会社|(?:社団|財団|医療|学校|税理士|弁護士)法人|[(（][株有同][)）]|㈱|㈲"
)
_TITLES = (
    "代表取締役社長|代表取締役|取締役|執行役員|事務局長|事務長|本部長|副部長|支店長|工場長|部長|次長|課長|係長|室長|所長|店長"
    "|社長|専務|常務|会長|主任|主査|参事|マネージャー|リーダー"
)
_TITLED = re.compile(
    r"^(?P<where>[^\s]+(?:部|課|室|本部|局|センター)[ 　]+)?(?P<name>[^\s]{1,8}?(?:[ 　][^\s]{1,6}?)?)[ 　]?"
    rf"(?P<title>{_TITLES})[ 　]?(?P<end>様|さま|殿)[ 　]*$"
)
_SWAPPED = re.compile(rf"^(?P<title>{_TITLES})(?P<gap>[ 　]+)(?P<where>[^\s]+(?:部|課|室|本部|局|センター))(?=[ 　]|$)")
_BOTH = re.compile(r"(?<![ 　])[ 　]*+御中(?=[ 　].*(?:様|さま)[ 　]*$)")
_EVERYONE = re.compile(r"各位[ 　]*(?:様|さま|殿|御中)[ 　]*$")
_NOBODY = re.compile(r"ご?担当者?|責任者|各位|ご利用者|管理者|お客様")


def addressee(letter: Letter) -> Iterator[Found]:
    """Every fault of the addressee's lines."""
    if not any(HONORIFIC.search(line.words) for line in letter.head):
        yield _missing(letter)
    person = any(_is_person(letter, line) for line in letter.head)
    for line in letter.head:
        yield from _honorific(letter, line, person)
        yield from _title(letter, line)
        yield from _company(letter, line)
    yield from _name(letter)


def _missing(letter: Letter) -> Found:
    company, person = letter.context.company, letter.context.person
    for line in letter.head:
        if person and line.words.rstrip().endswith(person):
            return Found(line.end, line.end, "addressee_missing", " 様")
        if not person and line.words.strip() == company:
            return Found(line.end, line.end, "addressee_missing", " 御中")
    if letter.head:  # the company stands alone though the person is known
        at = letter.head[-1].end
        return Found(at, at, "addressee_missing", f"\n{person} 様" if person else None)
    if not company and not person:
        return Found(0, 0, "addressee_missing")
    lines = [company, letter.context.position, f"{person} 様"] if person else [f"{company} 御中"]
    return Found(0, 0, "addressee_missing", "\n".join(filter(None, lines)) + "\n\n")


def _honorific(letter: Letter, line: Line, person: bool) -> Iterator[Found]:
    found = HONORIFIC.search(line.words)
    if match := _EVERYONE.search(line.words):
        yield Found(line.start + match.start(), line.start + match.end(), "addressee_kakui", "各位")
    elif match := _BOTH.search(line.words):
        yield Found(line.start + match.start(), line.start + match.end(), "addressee_both", "")
    elif found and _is_company(letter, line):
        word = found.group(1)
        at = line.start + found.start(), line.start + found.end()
        if person and word in ("御中", "様", "殿", "さま"):
            yield Found(*at, "addressee_both", "")
        elif word in ("様", "さま", "殿", "さん"):
            yield Found(*at, "addressee_company_honorific", " 御中")
    elif found and found.group(1) == "殿":
        yield Found(line.start + found.start(1), line.start + found.end(1), "addressee_dono", "様")
    elif found and found.group(1) in ("さん", "さま", "サマ"):
        yield Found(line.start + found.start(1), line.start + found.end(1), "addressee_san", "様")


def _title(letter: Letter, line: Line) -> Iterator[Found]:
    """役職 stands before the name: 「佐藤部長様」 pays respect twice. Mended when the CRM tells that it is a name."""
    words = line.words
    if match := _SWAPPED.match(words):
        right = match["where"] + match["gap"] + match["title"]
        yield Found(line.start, line.start + match.end(), "addressee_order", right)
    if (match := _TITLED.match(words)) is None or _FORM.search(match["name"]):
        return
    full = _squeezed(letter.context.person)
    known = bool(full) and full.startswith(_squeezed(match["name"]))
    right = f"{match['where'] or ''}{match['title']} {match['name']} 様"
    yield Found(line.start, line.end, "addressee_title", right if known else None)


def _company(letter: Letter, line: Line) -> Iterator[Found]:
    """The company exactly as in the CRM: 株式会社 before or after, never abbreviated."""
    right = letter.context.company
    if not right or right in line.words:
        return
    core = HONORIFIC.sub("", line.words)
    first = core.split()[0] if core.split() else ""
    for name in dict.fromkeys((core.strip(), first)):
        if not name or not company_key(right):
            continue
        at = line.start + line.words.index(name)
        if company_key(name) == company_key(right):
            yield Found(at, at + len(name), "addressee_company_form", right)
            return
        if _FORM.search(name):
            yield Found(at, at + len(name), "addressee_other_company", params={"right": right})
            return


def _name(letter: Letter) -> Iterator[Found]:
    full = letter.context.person
    people = [line for line in letter.head if _is_person(letter, line)]
    if not full or not people or any(_NOBODY.search(line.words) for line in people):
        return
    family = full.split()[0] if " " in full or "　" in full else full[:2]
    cores = [_squeezed(HONORIFIC.sub("", line.words)) for line in people]
    if not any(_squeezed(full) in core or _family_only(core, family) for core in cores):
        yield Found(people[-1].start, people[-1].end, "addressee_name", params={"right": full})


def _family_only(core: str, family: str) -> bool:
    """「課長 黒川 様」, and 「黒川部長様」, which `_title` sees to."""
    return core.endswith(family) or re.search(rf"{re.escape(family)}(?:{_TITLES})$", core) is not None


def _is_company(letter: Letter, line: Line) -> bool:
    core = HONORIFIC.sub("", line.words).strip()
    right = letter.context.company
    if right and company_key(core) == company_key(right):
        return True
    return _FORM.search(core) is not None and not re.search(r"[ 　]", core)


def _is_person(letter: Letter, line: Line) -> bool:
    found = HONORIFIC.search(line.words)
    return found is not None and found.group(1) not in ("御中", "各位") and not _is_company(letter, line)


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)
