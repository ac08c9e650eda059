"""The approved text survives the journey through RFC 5322 unchanged."""

from hypothesis import given
from hypothesis import strategies as st

from banso.review.drafts import MAX_SUBJECT, check_content
from banso.review.refusal import Refused
from tests.review.channel_contract import outgoing, read


def fits(subject: str) -> bool:
    try:
        check_content("A-1", "a@example.com", subject, "x", ())
    except Refused:
        return False
    return True


@given(st.text(min_size=1, max_size=MAX_SUBJECT).filter(fits), st.text(st.characters(exclude_categories=["Cs"])))
def test_reader_sees_the_approved_text(subject: str, body: str) -> None:
    assert read(outgoing(subject=subject, body=body).to_bytes())[1:3] == (subject, body)


@given(st.text(min_size=1, max_size=80).filter(fits))
def test_lines_keep_the_limits_of_the_standard(subject: str) -> None:
    raw = outgoing(subject=subject, body="長い" * 5000).to_bytes()
    assert raw == outgoing(subject=subject, body="長い" * 5000).to_bytes()
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    assert b"\n" not in raw.replace(b"\r\n", b"")
