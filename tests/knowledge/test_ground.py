"""A chunk that is near to every question does not stand before the one that is near to this question."""

from __future__ import annotations

from banso.core.settings import Settings
from banso.knowledge.documents import Scope
from banso.knowledge.e5.embedder import E5Small
from banso.knowledge.ground import Ground
from banso.knowledge.index import open_knowledge
from tests.knowledge.builders import entry

HUB = "| product | path | title |\n| --- | --- | --- |\n" + "\n".join(
    f"| growl | docs/ja/{n}.md | {title} |"
    for n, title in enumerate(
        ("設定", "エラーの原因", "ログイン", "料金", "プラン", "上限", "書き出し", "更新", "回避方法")
    )
)
PAGES = {
    "wip": "作成したページを一度も保存せずに閉じると、そのページは 2 日後に自動で削除されます。",
    "rate": "既定では 1 分間に 500 回まで API を呼び出せます。",
    "hub": HUB,
}
QUESTION = "新しいページを開いて、何も保存しないまま閉じたら数日後に消えていたそうです。不具合でしょうか。"


def test_a_table_of_everything_is_not_the_answer_to_everything(settings: Settings, embedder: E5Small) -> None:
    knowledge = open_knowledge(settings, embedder)
    knowledge.put([entry(ref, text, language="en" if ref == "hub" else "ja") for ref, text in PAGES.items()])
    hits = knowledge.search(QUESTION, Scope(), 3)
    assert hits[0].ref == "wip"
    assert all(hit.dense > 0.5 for hit in hits)
    knowledge.close()


def test_each_language_has_its_own_ground(embedder: E5Small) -> None:
    ground, vector = Ground(embedder), embedder.queries(["x"])[0]
    assert ground.off("料金は？", vector) @ ground.off("How much?", vector) < ground.off("料金", vector) @ ground.off("値段は", vector)  # fmt: skip  # noqa: E501
