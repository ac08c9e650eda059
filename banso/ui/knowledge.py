"""The Knowledge tab: what is in the index, adding to it, what failed, taking out. Changes are for admins."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import gradio as gr

from banso.core.errors import BansoError, NotFound, UnknownColumns
from banso.ui import knowledge_columns as columns
from banso.ui import knowledge_view
from banso.ui.inert import inert
from banso.ui.search_trial import build_trial
from banso.ui.services import Services
from banso.ui.suspicious import build_suspicious
from banso.ui.texts import Text

KINDS = ("manuals", "tickets", "slack", "crm")
LISTED = 100
_UNFIT = re.compile(r"[^\w.\- ()（）ー・]+")


class KnowledgeHandlers:
    """What happens on this tab."""

    def __init__(self, services: Services, t: Text) -> None:
        self.services, self.t = services, t
        self.zone = services.settings.timezone
        self.uploads = services.settings.data / "uploads"

    def show(self, matching: str | None, request: gr.Request) -> tuple[Any, ...]:
        """Totals, collections, documents, choices to remove, the CRM, failures, and what this person may do."""
        user = self.services.user(request.username)
        collections = self.services.knowledge.collections()
        admin = user.role == "admin"
        private = admin or self.services.settings.private_channels
        documents = self.services.knowledge.documents(matching=(matching or "").strip(), limit=LISTED, private=private)
        # Failures of Slack name channels, private ones too.
        failures = [one for one in self.services.knowledge.failures() if private or one.source != "slack"]
        crm = self.services.crm.holdings()
        failed = knowledge_view.failure_rows(failures, crm)
        return (
            knowledge_view.totals(collections, self.t),
            gr.update(value=knowledge_view.collection_rows(collections, self.t, self.zone), visible=bool(collections)),
            gr.update(value=knowledge_view.document_rows(documents, self.t, self.zone), visible=bool(documents)),
            "" if documents or not collections else self.t("knowledge.none_matching"),
            gr.update(choices=[knowledge_view.document_choice(d, self.t) for d in documents], value=None),
            gr.update(value=knowledge_view.crm_rows(crm, self.t, self.zone), visible=bool(crm)),
            "" if crm else self.t("knowledge.crm_empty"),
            gr.update(value=failed, visible=bool(failed)),
            "" if failed else self.t("knowledge.failures_none"),
            gr.update(visible=admin),
            "" if admin else self.t("knowledge.only_admins"),
        )

    def upload(self, kind: str, files: list[str] | None, request: gr.Request, progress: gr.Progress) -> list[Any]:
        """Keep the files in the data folder and take them in; the words say what happened, then the columns panel."""
        self._require_admin(request)
        if not files:
            return [self.t("knowledge.upload_none"), *columns.hidden()]
        if kind not in KINDS:
            return [self.t("app.not_allowed"), *columns.hidden()]
        said, panel = [], columns.hidden()
        for path in self._keep(kind, files):
            try:
                said.append(self._said(self._ingest(kind, path, progress)))
            except UnknownColumns as unknown:
                said.append(self.t("knowledge.columns_unknown", name=inert(path.name)))
                panel = columns.asked(unknown, path, self.t)
            except BansoError as error:  # the other files go in all the same
                said.append(self.t("ask.failed", reason=inert(f"{error.message} → {error.hint}")))
        return ["\n\n".join(said), *panel]

    def use_columns(self, path: str, chosen: list[str | None], request: gr.Request, progress: gr.Progress) -> list[Any]:
        """Keep the choice as a mapping file beside the upload and take the file in."""
        self._require_admin(request)
        kept, stay = Path(path), [gr.update(), gr.update(), *(gr.update() for _ in columns.FIELDS), path]
        if not path or not kept.resolve().is_relative_to(self.uploads.resolve()):
            return [self.t("knowledge.upload_none"), *columns.hidden()]
        if missing := columns.problem(chosen, self.t):
            return [missing, *stay]
        columns.keep_mapping(kept, chosen, self.zone)
        try:
            return [self._said(self._ingest("tickets", kept, progress)), *columns.hidden()]
        except BansoError as error:
            return [self.t("ask.failed", reason=inert(f"{error.message} → {error.hint}")), *stay]

    def _ingest(self, kind: str, path: Path, progress: gr.Progress) -> dict[str, Any]:
        def tell(done: int, total: int, name: str) -> None:
            progress((done, max(total, 1)), desc=self.t("knowledge.upload_reading", name=name))

        return self.services.ingest(kind, path, tell).as_json()

    def _keep(self, kind: str, files: list[str]) -> list[Path]:
        """Moved below data/uploads/<kind>; what to ingest: the folder for manuals and CRM, each file otherwise."""
        folder = self.uploads / kind
        folder.mkdir(parents=True, exist_ok=True)
        kept = []
        for file in files:
            target = folder / (_UNFIT.sub("_", Path(file).name).lstrip(".") or "file")
            shutil.move(file, target)
            kept.append(target)
        return [folder] if kind in ("manuals", "crm") else kept

    def _said(self, report: dict[str, Any]) -> str:
        counts = report["documents"]
        line = self.t("knowledge.upload_done", seconds=f"{report['seconds']:.1f}", **counts)
        failures = [f"- {inert(f['path'])}: {inert(f['error'])} → {inert(f['hint'])}" for f in report["failures"]]
        return "\n".join([line, "", *failures])

    def remove(self, document: str | None, request: gr.Request) -> str:
        """Take one document out of the index; an uploaded file goes too, or the next upload would bring it back."""
        self._require_admin(request)
        if not document:
            return self.t("knowledge.remove_none")
        try:
            found = self.services.knowledge.document(document)
        except NotFound as error:
            return self.t("ask.failed", reason=error.message)
        self.services.knowledge.remove([document])
        file = Path(found.collection) / found.ref
        if found.source == "manual" and file.resolve().is_relative_to(self.uploads.resolve()):
            file.unlink(missing_ok=True)
        return self.t("knowledge.removed", title=inert(found.title))

    def _require_admin(self, request: gr.Request) -> None:
        if self.services.user(request.username).role != "admin":
            raise gr.Error(self.t("knowledge.only_admins"), title=self.t("app.error"), print_exception=False)


def build_knowledge(services: Services, t: Text, screens: gr.Blocks, tab: gr.Tab) -> None:
    """Lay the tab out and connect its events."""
    do = KnowledgeHandlers(services, t)
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    gr.Markdown(f"### {t('knowledge.heading')}")
    total = gr.Markdown("", elem_id="knowledge-total")
    collections = _table(t, "source", "collection", "documents", "chunks", "updated")
    search = gr.Textbox(label=t("knowledge.search"), placeholder=t("knowledge.search_placeholder"), max_length=200)
    documents = _table(t, "source", "title", "ref", "updated", "warnings")
    none = gr.Markdown("")
    build_trial(services, t, screens, tab)
    gr.Markdown(f"### {t('knowledge.crm_heading')}")
    crm = _table(t, "collection", *(f"crm_{kind}" for kind in knowledge_view.CRM_KINDS), "updated")
    no_crm = gr.Markdown("", elem_id="knowledge-crm")
    with gr.Accordion(t("knowledge.failures"), open=False):
        failures = _table(t, "failure_what", "failure_why", "failure_hint")
        no_failures = gr.Markdown("")
    role = gr.Markdown("", elem_id="knowledge-role")
    with gr.Group(visible=False, elem_id="knowledge-admin") as admin:
        with gr.Accordion(t("knowledge.upload"), open=True):
            kind = gr.Radio([(t(f"knowledge.kind_{k}"), k) for k in KINDS], value="manuals", label=t("knowledge.upload_kind"), info=t("knowledge.upload_info"))  # fmt: skip  # noqa: E501
            files = gr.File(label=t("knowledge.upload_files"), file_count="multiple", type="filepath")
            upload = gr.Button(t("knowledge.upload_button"), variant="primary", elem_id="upload")
            said = gr.Markdown("", elem_id="upload-said")
            panel, sample, choices, use, pending = columns.build_columns(t)
        with gr.Accordion(t("knowledge.remove"), open=False):
            gr.Markdown(t("knowledge.remove_confirm"))
            choice = gr.Dropdown([], label=t("knowledge.remove_choose"), filterable=True)
            remove = gr.Button(t("knowledge.remove_button"), variant="stop", elem_id="remove")
            removed = gr.Markdown("", elem_id="removed")
        build_suspicious(services, t)
    outputs: list[Any] = [total, collections, documents, none, choice, crm, no_crm, failures, no_failures, admin, role]

    asked: list[Any] = [said, panel, sample, *choices, pending]

    def take_in(kind: str, files: list[str] | None, request: gr.Request, progress: gr.Progress = gr.Progress()) -> Any:  # noqa: B008
        return do.upload(kind, files, request, progress)

    def use_columns(form: dict[Any, Any], request: gr.Request, progress: gr.Progress = gr.Progress()) -> Any:  # noqa: B008
        return do.use_columns(form[pending], [form[choice] for choice in choices], request, progress)

    screens.load(do.show, search, outputs, **quiet)
    tab.select(do.show, search, outputs, **quiet)
    search.submit(do.show, search, outputs, **quiet)
    done = upload.click(take_in, [kind, files], asked, api_visibility="private", concurrency_limit=1)
    used = use.click(use_columns, {pending, *choices}, asked, api_visibility="private", concurrency_limit=1)
    used.then(do.show, search, outputs, **quiet)
    done.then(do.show, search, outputs, **quiet).then(lambda: None, None, files, **quiet)
    remove.click(do.remove, choice, removed, api_visibility="private").then(do.show, search, outputs, **quiet)


def _table(t: Text, *columns: str) -> gr.Dataframe:
    headers = [t(f"knowledge.{column}") for column in columns]
    return gr.Dataframe(
        headers=headers, datatype="str", interactive=False, wrap=True, visible=False, show_label=False, max_height=360
    )
