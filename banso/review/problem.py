"""Something wrong with the audit trail or with a record that it tells of."""

from __future__ import annotations

from banso.review.texts.lookup import sentence


class Problem(str):
    """Something wrong with the trail, as an English sentence. `line`: of the trail; 0 when it is about a record."""

    line: int
    kind: str
    detail: dict[str, object]

    @classmethod
    def make(cls, kind: str, line: int = 0, **detail: object) -> Problem:
        """`kind` names a sentence of banso/review/texts: `problem_<kind>`."""
        made = cls(sentence(f"problem_{kind}", "en").format(line=line, **detail))
        made.kind, made.line, made.detail = kind, line, detail
        return made

    def said_in(self, language: str) -> str:
        """The sentence in this language."""
        return sentence(f"problem_{self.kind}", language).format(line=self.line, **self.detail)
