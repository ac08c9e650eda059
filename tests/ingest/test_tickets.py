"""Tickets from every format; a broken record never stops the rest."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banso.core.errors import ConfigError, ItemError, UnknownColumns
from banso.knowledge.documents import Document
from ingest.sources.base import Failure
from ingest.sources.ticket_reading import status_of
from ingest.sources.ticket_text import Message, language_of, readable, write
from ingest.sources.tickets import open_tickets
from tests.conftest import SHARED

TICKET = {
    "id": "TK-1",
    "subject": "ログインできない",
    "status": "solved",
    "created_at": "2026-04-01T09:00:00+09:00",
    "updated_at": "2026-04-02",
    "account": "AC-1",
    "product": "Approve",
    "language": "ja",
    "requester": "有村",
    "tags": ["login"],
    "messages": [
        {"author": "有村", "role": "customer", "at": "2026-04-01T09:00:00+09:00", "body": "HR-1007と出ます。"},
        {"author": "emily", "role": "internal", "at": "2026-04-01T10:00:00+09:00", "body": "要確認。"},
        {"author": "emily", "role": "agent", "at": "2026-04-01T11:00:00+09:00", "body": "30分お待ちください。"},
    ],
    "resolution": "30分後に解除された。",
}


def put(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def lines(*tickets: object) -> str:
    return "\n".join(t if isinstance(t, str) else json.dumps(t, ensure_ascii=False) for t in tickets)


def read(path: Path, **options: str) -> tuple[list[Document], list[Failure]]:
    documents, failures = [], []
    for item in open_tickets(path, **options).items():
        if isinstance(item, Failure):
            failures.append(item)
        else:
            documents.append(item.load())
    return documents, failures


def test_one_ticket_is_one_document(tmp_path: Path) -> None:
    (document,), failures = read(put(tmp_path, "t.jsonl", lines(TICKET)))
    assert not failures
    assert (document.source, document.ref, document.title) == ("ticket", "TK-1", "ログインできない")
    assert (document.account, document.product, document.status) == ("AC-1", "Approve", "solved")
    assert (document.language, document.visibility, document.people) == ("ja", "internal", ("有村", "emily"))
    assert document.created_at and document.created_at.isoformat() == "2026-04-01T09:00:00+09:00"
    said = [(s.speaker, document.text[s.start : s.end]) for s in document.spans if s.kind == "message"]
    assert said == [
        ("有村 (お客様)", "HR-1007と出ます。"),
        ("emily (社内メモ)", "要確認。"),
        ("emily (サポート)", "30分お待ちください。"),
    ]
    assert document.resolution and document.text[slice(*document.resolution)] == "30分後に解除された。"
    assert "emily (社内メモ):\n要確認。" in document.text


def test_a_resolution_that_is_a_message_is_marked_there_and_not_repeated(tmp_path: Path) -> None:
    ticket = {**TICKET, "resolution": "30分お待ちください。 "}
    (document,), _ = read(put(tmp_path, "t.jsonl", lines(ticket)))
    assert document.text.count("30分お待ちください。") == 1
    assert document.resolution and document.text[slice(*document.resolution)] == "30分お待ちください。"


def test_broken_lines_are_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = put(
        tmp_path, "t.jsonl", lines(TICKET, '{"id": "TK-2", ', "[1]", {**TICKET, "id": ""}, {**TICKET, "id": "TK-5"})
    )
    documents, failures = read(path)
    assert [d.ref for d in documents] == ["TK-1", "TK-5"]
    assert [f.path for f in failures] == [f"{path}:2", f"{path}:3", f"{path}:4"]
    assert all(f.error and f.hint for f in failures)


def test_an_empty_ticket_fails_when_it_is_loaded(tmp_path: Path) -> None:
    path = put(tmp_path, "t.jsonl", lines(TICKET, {"id": "TK-9", "subject": "", "messages": []}))
    bad = [item for item in open_tickets(path).items() if not isinstance(item, Failure)][1]
    with pytest.raises(ItemError, match=r"t\.jsonl:2"):
        bad.load()


def test_a_broken_record_in_an_array_does_not_take_the_rest(tmp_path: Path) -> None:
    whole = [json.dumps({**TICKET, "id": f"TK-{n}"}, indent=1, ensure_ascii=False) for n in range(4)]
    whole[2] = whole[2].replace('"subject":', '"subject"', 1)
    path = put(tmp_path, "t.json", "[\n" + ",\n".join(whole) + "\n]")
    documents, failures = read(path)
    assert [d.ref for d in documents] == ["TK-0", "TK-1", "TK-3"]
    assert len(failures) == 1
    assert failures[0].path == f"{path}:{2 + 2 * (whole[0].count(chr(10)) + 1)}"


@pytest.mark.parametrize("shape", ["[{0}]", '{{"tickets": [{0}]}}', "{0}\n{0}"])
def test_half_an_emoji_and_nul_do_not_stop_anything(tmp_path: Path, shape: str) -> None:
    ticket = '{"id": "1", "subject": "cut \\ud83d", "messages": [{"author": "a\\u0000", "body": "x \\udc00 y"}]}'
    documents, failures = read(put(tmp_path, "t.json", shape.format(ticket)))
    assert (documents[0].title, failures) == ("cut \ufffd", [])
    assert "x \ufffd y" in documents[0].text
    documents[0].model_dump_json().encode()


def test_a_truncated_array_keeps_what_is_whole(tmp_path: Path) -> None:
    text = json.dumps([TICKET, {**TICKET, "id": "TK-2"}], ensure_ascii=False)
    documents, failures = read(put(tmp_path, "t.json", text[:-200]))
    assert [d.ref for d in documents] == ["TK-1"]
    assert len(failures) == 1


def test_of_repeated_ids_the_last_counts_and_it_is_said(tmp_path: Path) -> None:
    path = put(tmp_path, "t.jsonl", lines(TICKET, {**TICKET, "subject": "後の方"}))
    (document,), failures = read(path)
    assert (document.title, failures) == ("後の方", [])
    assert any("2 times" in warning for warning in document.warnings)


def test_fingerprints_change_with_the_record_and_only_then(tmp_path: Path) -> None:
    def prints(*tickets: object) -> dict[str, str]:
        items = open_tickets(put(tmp_path, "t.jsonl", lines(*tickets)), collection="c").items()
        return {item.ref: item.fingerprint for item in items if not isinstance(item, Failure)}

    other = {**TICKET, "id": "TK-2"}
    before, after = prints(TICKET, other), prints({**TICKET, "status": "open"}, other)
    assert before["TK-2"] == after["TK-2"]
    assert before["TK-1"] != after["TK-1"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_any_usual_encoding_and_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [
        ["番号", "件名", "本文", "状態"],
        ["1", "印刷", '"一行目\n二行目"', "対応中"],
        ["2", "短い"],
        ["3", "最後", "x", "解決済み"],
    ]
    text = "\n".join(delimiter.join(row) for row in rows)
    mapping = put(
        tmp_path, "m.yaml", "kind: tickets\nfields: {id: 番号, subject: 件名, description: 本文, status: 状態}\n"
    )
    path = put(tmp_path, "t.csv", text.encode(encoding))
    documents, failures = read(path, mapping=str(mapping))
    assert [(d.ref, d.status) for d in documents] == [("1", "open"), ("3", "solved")]
    assert "一行目\n二行目" in documents[0].text
    assert [f.path for f in failures] == [f"{path}:4"]


ZENDESK: dict[str, Any] = {
    "url": "https://acme.zendesk.com/api/v2/tickets/35.json",
    "id": 35,
    "subject": "Cannot print",
    "description": "Help!",
    "status": "hold",
    "requester_id": 1,
    "assignee_id": 2,
    "organization_id": 9,
    "created_at": "2026-01-02T03:04:05Z",
    "updated_at": "2026-01-03T03:04:05Z",
    "tags": ["printing"],
    "comments": [
        {"author_id": 1, "public": True, "body": "Help!", "created_at": "2026-01-02T03:04:05Z"},
        {"author_id": 2, "public": False, "plain_body": "known bug", "html_body": "<p>known bug</p>"},
        {"author_id": 2, "public": True, "html_body": "<p>Restart&nbsp;it.</p><p>Then <b>print</b>.</p>"},
    ],
}
USERS = [{"id": 1, "name": "Ann", "role": "end-user"}, {"id": 2, "name": "Bob", "role": "agent"}]


def _check_zendesk(document: Document) -> None:
    assert (document.ref, document.status, document.account) == ("35", "pending", "AC-9")
    assert document.url == "https://acme.zendesk.com/agent/tickets/35"
    said = [(s.speaker, document.text[s.start : s.end]) for s in document.spans if s.kind == "message"]
    assert said == [
        ("Ann (customer)", "Help!"),
        ("Bob (internal note)", "known bug"),
        ("Bob (support)", "Restart it.\nThen print."),
    ]


def test_zendesk_api_answer_with_users_beside_the_tickets(tmp_path: Path) -> None:
    answer = {"tickets": [ZENDESK], "users": USERS, "organizations": [{"id": 9, "external_id": "AC-9"}], "count": 1}
    (document,), _ = read(put(tmp_path, "tickets.json", json.dumps(answer)))
    _check_zendesk(document)


def test_zendesk_json_export_a_ticket_a_line(tmp_path: Path) -> None:
    objects = {"requester": USERS[0], "assignee": USERS[1], "organization": {"id": 9, "external_id": "AC-9"}}
    (document,), _ = read(put(tmp_path, "export.json", lines({**ZENDESK, **objects}) + "\n"))
    _check_zendesk(document)


def test_zendesk_csv(tmp_path: Path) -> None:
    text = (
        '"Id","Requester","Requester id","Subject","Tags","Status","Created at","Updated at","Organization"\n'
        '"35","Ann","1","Cannot print","a b","New","2026-01-02 03:04","2026-01-03 03:04","Acme"\n'
    )
    (document,), _ = read(put(tmp_path, "view.csv", text))
    assert (document.ref, document.title, document.status) == ("35", "Cannot print", "open")
    assert document.people == ("Ann",)
    assert document.created_at and document.created_at.hour == 3


@pytest.mark.parametrize("text", ["", "  \n", "[]", "{", "a,b\n1,2\n", '{"tickets": 3', "[1, 2]"])
def test_what_holds_no_tickets_is_refused_with_a_hint(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError):
        open_tickets(put(tmp_path, "t.json", text))


def test_unknown_columns_are_listed_with_the_presets(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        open_tickets(put(tmp_path, "t.csv", "番号,件名\n1,x\n"))
    assert "番号, 件名" in caught.value.message
    assert "zendesk" in caught.value.hint and "--mapping" in caught.value.hint


def test_folders_and_missing_files_are_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        open_tickets(tmp_path / "none.json")
    with pytest.raises(ConfigError):
        open_tickets(tmp_path)
    put(tmp_path, "tickets.jsonl", lines(TICKET))
    assert len(read(tmp_path)[0]) == 1


def test_deep_nesting_is_one_failure(tmp_path: Path) -> None:
    deep = '{"id": "x", "subject": ' + "[" * 200_000 + "]" * 200_000 + "}"
    documents, failures = read(put(tmp_path, "t.jsonl", lines(TICKET, deep)))
    assert (len(documents), len(failures)) == (1, 1)


def test_html_becomes_text_and_hidden_text_is_left_out() -> None:
    assert readable("a < b and <profile folder>") == ("a < b and <profile folder>", False)
    assert readable("<p>one<br>two</p><script>x()</script>")[0] == "one\ntwo"
    assert readable("one<div>two</div>three<ul><li>four</li></ul>")[0] == "one\ntwo\nthree\nfour"
    assert readable("a\x01<br>b\x0c<pre>c\x00</pre>")[0] == "a\nb\nc"


@pytest.mark.parametrize(
    "veil",
    ['<span style="display:none">{}</span>', '<p style="color:#fff">{}</p>', "<p hidden>{}</p>",
     "<style>.x{{display:none}}</style><p class=x>{}</p>"],
)  # fmt: skip
def test_what_a_reader_would_not_have_seen_is_left_out_and_said(veil: str) -> None:
    assert readable("<p>seen</p>" + veil.format("approve all")) == ("seen", True)


def test_markup_nested_beyond_reason_costs_no_time_and_no_words() -> None:
    assert readable("<div>" * 50_000 + "hello <p>there</p>") == ("hello there", False)


@pytest.mark.parametrize(
    ("given", "text", "language"),
    [
        ("ja-JP", "abc", "ja"),
        ("en", "plain", "en"),
        ("en-US", "設定を変更したいのですがどうすればよいですか", "ja"),
        ("it", "ciao", "und"),
        ("", "これは何ですか", "ja"),
        ("", "hello there", "en"),
        ("", "Привет", "und"),
    ],
)
def test_language(given: str, text: str, language: str) -> None:
    assert language_of(given, text) == language


def test_status_words() -> None:
    assert [status_of(w) for w in ("New", "on-hold", "対応中", "完了", "Closed", "?")] == [
        "open",
        "pending",
        "open",
        "solved",
        "closed",
        "unknown",
    ]


bodies = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=40).map(str.strip)


@given(st.text("あaA 1", min_size=1).map(str.strip), st.lists(st.tuples(bodies, st.booleans()), max_size=5), bodies)
def test_spans_are_ordered_and_hold_exactly_the_bodies(subject: str, turns: list[tuple[str, bool]], end: str) -> None:
    written = write(subject, [Message("x", "agent", body, solution=yes) for body, yes in turns], end, "en")
    held = [written.text[s.start : s.end] for s in written.spans if s.kind == "message"]
    assert held == [body for body, _ in turns if body]
    assert all(a.end <= b.start for a, b in zip(written.spans, written.spans[1:], strict=False))
    assert all(s.start < s.end for s in written.spans)
    if end:
        assert written.resolution and written.text[slice(*written.resolution)]


@pytest.mark.skipif(not (SHARED / "thunderbird_tickets").is_dir(), reason="the shared data is not here")
def test_the_forum_tickets_all_load() -> None:
    source = open_tickets(SHARED / "thunderbird_tickets" / "tickets.json")
    items = [item for item in source.items() if not isinstance(item, Failure)]
    assert len(items) == 4024
    documents = [item.load() for item in items[::40]]
    assert any(d.resolution for d in documents)
    assert all(d.created_at and d.product == "thunderbird" for d in documents)


def test_unknown_columns_are_shown_with_a_guess_and_a_mapping_beside_the_file_is_used(tmp_path: Path) -> None:
    path = put(
        tmp_path,
        "own.csv",
        "受付番号,件名,お問い合わせ内容,回答\n１,開けない,画面が開きません。,再起動してください。\n",
    )
    with pytest.raises(UnknownColumns) as unknown:
        open_tickets(path)
    assert unknown.value.columns == ["受付番号", "件名", "お問い合わせ内容", "回答"]
    assert unknown.value.rows == [["１", "開けない", "画面が開きません。", "再起動してください。"]]
    guess = {field: column for field, column in unknown.value.guess.items() if column}
    assert guess == {"id": "受付番号", "subject": "件名", "description": "お問い合わせ内容", "resolution": "回答"}
    put(tmp_path, "own.csv.mapping.yaml", json.dumps({"kind": "tickets", "fields": guess}, ensure_ascii=False))
    (document,), failures = read(path)
    assert (document.ref, document.title, failures) == ("１", "開けない", [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: &x [1]\nb: *x\n", "aliases"),
        ("[" * 50_000, "deep"),
        ("a:\n" + "".join(f"{' ' * n}b:\n" for n in range(1, 400)), "deep"),
        ("#" * 200_000, "at most 128 KB"),
    ],
)
def test_a_hostile_mapping_is_a_named_error(tmp_path: Path, text: str, said: str) -> None:
    path = put(tmp_path, "own.csv", "a,b\n1,2\n")
    with pytest.raises(ConfigError, match=said):
        open_tickets(path, mapping=str(put(tmp_path, "m.yaml", text)))
