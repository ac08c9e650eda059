"""The three tools of one turn, and running one call of the model with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from langchain.messages import ToolCall, ToolMessage
from langchain.tools import BaseTool
from pydantic import ValidationError

from agents.filing import TurnFiler
from agents.judging import Judge
from agents.links import Links, links_for
from agents.models.lookup import EMBEDDED
from agents.plan import MOST_CALLS, OFF_PLAN, Plan
from agents.polish import polisher
from agents.rules import RuleBook, rules_for
from agents.state import Context
from agents.wording import Spoken, language_of, say
from banso.core.clock import Clock, utc_now
from banso.core.errors import NotFound, Unavailable
from banso.crm.base import Crm
from banso.knowledge.documents import Document, Hit, document_id
from banso.review.drafts import DraftVersion
from banso.review.filing import Origin
from banso.review.ledger import Ledger
from banso.writing.house import House, load_house
from tools.addressee import AccountAddressee
from tools.draft_reply import make_draft_reply
from tools.evidence import Evidence, passages_json
from tools.lookup_account import make_lookup_account
from tools.search_knowledge import Searcher, make_search_knowledge

DRAFTS = "draft_reply"
"""The one tool that leaves something behind."""


class Library(Searcher, Protocol):
    """The knowledge base, as far as the agent reads it."""

    def document(self, document_id: str) -> Document:
        """The stored document. Raises NotFound."""
        ...


@dataclass(frozen=True)
class Services:
    """What the tools reach. Nothing here can send."""

    knowledge: Library
    crm: Crm
    ledger: Ledger
    house: House = field(default_factory=load_house)
    """How the team writes to its customers."""
    link_hosts: str = ""
    """Hosts that may be linked to, as in the settings."""
    judge: Judge | None = None
    """A further check of what prompted models say; None: none."""
    lessons: RuleBook | None = None
    """What the team has taught; None: nothing."""
    now: Clock = utc_now
    """The present moment in the team's time zone: what "yesterday" counts from."""
    stale_months: int = 24
    """An answer whose sources are all so old says so."""


@dataclass
class Toolbox:
    """The tools of one turn: what they may see and whom they may write to is fixed by `context`, what they may do at
    all by `plan`."""

    services: Services
    context: Context
    plan: Plan
    evidence: Evidence = field(default_factory=Evidence)
    filed: list[DraftVersion] = field(default_factory=list)
    origin: Origin = field(default_factory=lambda: Origin(model=EMBEDDED))
    """Who words what is filed, and what was asked."""
    ran: int = 0
    """Calls that this box was asked to run."""
    redraft: str = ""
    """The draft that was sent back: what is filed becomes its next version. Empty: a new draft."""

    def tools(self) -> list[BaseTool]:
        """Search, look-up and, where a draft was asked for, draft."""
        every = self._every()
        return every if self.plan.draft else [tool for tool in every if tool.name != DRAFTS]

    def _every(self) -> list[BaseTool]:
        at, context = self.services, self.context
        return [
            make_search_knowledge(
                at.knowledge,
                context.scope,
                self.evidence,
                now=at.now,
                asked=self.origin.question,
                plans=context.facts.plans,
            ),
            make_lookup_account(
                at.crm,
                account=context.account,
                language=context.language,
                named=lambda query, found: self.plan.names(query, found, at.crm),
            ),
            make_draft_reply(
                TurnFiler(at.ledger, self.origin, rules_for(at.lessons, context), self.redraft),
                AccountAddressee(at.crm, context.account, context.language),
                account=context.account,
                author=context.user.name,
                thread=context.thread,
                evidence=self.evidence,
                filed=self.filed.append,
                language=context.language,
                polish=self._polish,
            ),
        ]

    def run(self, call: ToolCall) -> ToolMessage:
        """The answer of one tool. Sentences for the user or the model come back as text; other errors surface."""
        if stopped := self._stopped(call):
            return stopped
        by_name = {tool.name: tool for tool in self.tools()}
        try:
            if call["name"] not in by_name:
                # Without the name that was asked for: people read this where no answer comes.
                raise NotFound(f"no such tool; there are: {', '.join(by_name)}")
            message: ToolMessage = by_name[call["name"]].invoke({**call, "type": "tool_call"})
        except (NotFound, Unavailable) as error:
            return _failed(call, error.message)
        except ValidationError as error:
            return _failed(call, f"unfit arguments for {call['name']}: {error.errors()[0]['msg']}")
        if call["name"] == "lookup_account":
            message = self._numbered(message)
        return ToolMessage(content=str(message.content), tool_call_id=str(call["id"]), name=call["name"])

    @property
    def links(self) -> Links:
        """Which links this conversation may name."""
        return links_for(self.services.knowledge, self.services.crm, self.context.account, self.services.link_hosts)

    def _polish(self, recipient: str, subject: str, body: str) -> tuple[str, str]:
        """Mended, and without links that nobody vouches for, before anybody has read it."""
        at, language = self.services, language_of(body, self.context.language)
        subject, body = polisher(at.crm, self.context.account, at.house)(recipient, subject, body)
        return self.links.clean(subject, language)[0], self.links.clean(body, language)[0]

    def _stopped(self, call: ToolCall) -> ToolMessage | None:
        """Why a call that the person did not ask for is not run; None for one that may."""
        kind = "calls" if self.plan.done + self.ran >= MOST_CALLS else ""
        kind = kind or ("draft" if call["name"] == DRAFTS and not self.plan.draft else "")
        self.ran += 1
        if not kind:
            return None
        message = _failed(call, say(self.context.language, f"off_plan_{kind}"))
        return message.model_copy(update={"additional_kwargs": {OFF_PLAN: kind}})

    def _numbered(self, message: ToolMessage) -> ToolMessage:
        """Facts of an account become a passage with a number, so that sentences about them can be cited too."""
        text = str(message.content)
        numbered = self.evidence.add([crm_hit(text, message.artifact, self.context.language)])
        return message.model_copy(update={"content": passages_json(numbered)})


def crm_hit(text: str, artifact: Any, language: Spoken) -> Hit:
    """An account overview as a passage."""
    account, name = artifact
    identity = document_id("crm", "crm", account)
    return Hit(
        chunk_id=f"{identity}:0", document_id=identity, source="crm", collection="crm", ref=account, title=name,
        text=text, start=0, end=len(text), score=1.0, account=account,
        language=language,
    )  # fmt: skip


def _failed(call: ToolCall, sentence: str) -> ToolMessage:
    return ToolMessage(content=sentence, tool_call_id=str(call["id"]), name=call["name"], status="error")
