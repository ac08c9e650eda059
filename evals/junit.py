"""A run as JUnit XML, the dialect that CI servers read: testsuites, testsuite, testcase, failure, error."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

from evals.record import CaseResult, RunReport

_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold."""


def write(report: RunReport, path: Path, drops: tuple[str, ...] = ()) -> None:
    """Every case, then every bound and significant drop as a case of its own. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tree = ElementTree.ElementTree(_suites(report, drops))
    ElementTree.indent(tree)
    tree.write(path, encoding="utf-8", xml_declaration=True)


def _suites(report: RunReport, drops: tuple[str, ...]) -> ElementTree.Element:
    failed = sum(bool(case.failures) and not case.error for case in report.cases) + len(report.missed) + len(drops)
    counts = {
        "tests": str(len(report.cases) + len(report.missed) + len(drops)),
        "failures": str(failed),
        "errors": str(sum(bool(case.error) for case in report.cases)),
        "time": f"{report.seconds:.3f}",
    }
    root = ElementTree.Element("testsuites", {"name": "evals", **counts})
    stamp = {"timestamp": report.info.started_at.removesuffix("Z")} if report.info.started_at else {}
    suite = ElementTree.SubElement(root, "testsuite", {"name": _clean(report.suite), "skipped": "0", **counts, **stamp})
    for case in report.cases:
        _case(suite, report.suite, case)
    for kind, sentences in (("bound", report.missed), ("drop", drops)):
        for sentence in sentences:
            one = ElementTree.SubElement(
                suite,
                "testcase",
                {"classname": f"{_clean(report.suite)}.{kind}", "name": _clean(sentence), "time": "0"},
            )
            ElementTree.SubElement(one, "failure", {"type": kind, "message": _clean(sentence)})
    return root


def _case(suite: ElementTree.Element, name: str, case: CaseResult) -> None:
    found = {"classname": _clean(name), "name": _clean(case.id), "time": f"{case.seconds:.3f}"}
    one = ElementTree.SubElement(suite, "testcase", found)
    if case.error:
        ElementTree.SubElement(one, "error", {"type": "error", "message": _clean(case.error)}).text = _body(case)
        return
    for failure in case.failures[:1]:  # servers show the first alone
        attributes = {"type": failure.cause, "message": _clean(failure.reason)}
        ElementTree.SubElement(one, "failure", attributes).text = _body(case)


def _body(case: CaseResult) -> str:
    return _clean(f"{case.question}\n\n{case.text}")


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("�", text)
