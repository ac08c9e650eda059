"""English."""

SENTENCES = {
    # what a draft may contain
    "content_account": "A draft needs the account it is for.",
    "content_recipient": "The recipient is not one plain e-mail address.",
    "content_subject": "The subject is empty, too long (250 characters) or holds a line break or control character.",
    "content_body": "The body is empty, too long (50,000 characters) or holds a character that cannot be sent.",
    "content_sentences": "The body has more than 300 sentences, more than can be checked. Shorten it.",
    "content_evidence": "The evidence belongs to another account, so this draft cannot be filed.",
    "content_reason": "Please give a reason.",
    "content_reason_long": "The reason is too long (2,000 characters) or holds a character that cannot be stored.",
    # draft versions
    "version_author": "The author is not a registered user.",
    "version_queued": "This draft has been approved and can no longer be edited.",
    "version_rejected": "This draft has been rejected and can no longer be edited.",
    "version_stale": "Someone saved a newer version meanwhile. Please open it again.",
    "version_account": "A draft cannot move to another account.",
    # decisions
    "decision_role": "Only a reviewer can decide on a draft.",
    "decision_late": "Too late: sending has already begun or ended.",
    "decision_final": "This draft has already been rejected or revoked.",
    "decision_revoke": "There is no approval to revoke.",
    "decision_once": "This version has already been decided. Edit it to make a new one.",
    "decision_stale": "This is not the latest version. Please read the latest one first.",
    "decision_hash": "The text is not the one that was shown. Please read it again.",
    "decision_two_people": "You asked for, wrote or edited this draft, so another reviewer must approve it.",
    "decision_expired": "This version is older than 72 hours and can no longer be approved. Edit it to make a new one.",
    "decision_order": "The decision is out of order.",
    # the draft gate
    "decision_unchecked": "This text has not been checked by the draft gate just now. Please try again.",
    "decision_blocked": "The draft gate blocks this text: it holds another customer's content or a secret."
    " Edit it first.",
    "decision_unacknowledged": "The draft gate has warnings. Acknowledge exactly those kinds to approve.",
    "outbox_unchecked": "This text has not passed the draft gate.",
    "check_order": "The check is out of order.",
    "check_hash": "The check is not about a stored version.",
    # outbox
    "outbox_once": "This draft is in the outbox already.",
    "outbox_start": "A message enters the outbox as queued.",
    "outbox_approval": "There is no valid approval for exactly this text.",
    "outbox_latest": "This is not the latest version.",
    "outbox_hash": "The text in the outbox is not a stored version.",
    "outbox_role": "The approver is not a reviewer.",
    "outbox_two_people": "The approver wrote or edited this draft.",
    "outbox_frozen": "An outbox entry cannot be changed.",
    "outbox_step": "This draft is not in a state that allows it.",
    "outbox_revoked": "The approval is no longer valid.",
    "outbox_approver": "Whoever approved this is no longer a reviewer; it was not sent.",
    "outbox_paused": "Sending is paused.",
    "outbox_human": "A reviewer or an admin must settle this.",
    "outbox_tampered": "The stored text does not match the approved hash; it was not sent.",
    # switches and audit
    "switch_order": "The switch is out of order.",
    "switch_admin": "Only an admin can pause or resume sending.",
    "audit_order": "The audit line does not continue the chain.",
    # working the queue
    "claim_role": "Only reviewers take drafts; admins may assign them too.",
    "claim_assignee": "A draft can only be assigned to a reviewer.",
    "claim_held": "A colleague is working on this draft. Take it over first.",
    "comment_author": "The author is not a registered user.",
    "comment_draft": "There is no such draft.",
    "comment_order": "The comment is out of order.",
    "comment_body": "The comment is empty or longer than 4,000 characters.",
    # what was done
    "done_approve": "Approved. The message is in the outbox.",
    "done_return": "Sent back.",
    "done_reject": "Rejected.",
    "done_revoke": "The approval is revoked. The message will not be sent.",
    "done_edit": "Saved as version {version}. Hash: {hash}",
    "done_send": "sent {sent}, failed {failed}, unknown {unknown}",
    "done_pause": "Sending is paused.",
    "done_resume": "Sending goes on.",
    "done_resolve": "Recorded.",
    "audit_whole": "The audit trail is whole: {lines} lines, {exported} of them vouched for by the exported head.",
    "audit_broken": "The audit trail has been tampered with or is incomplete ({lines} lines).",
    **{
        f"{table}_{end}": "Stored records cannot be changed or deleted."
        for table in (
            "draft_versions",
            "decisions",
            "outbox",
            "review_switches",
            "audit",
            "draft_checks",
            "draft_comments",
        )
        for end in ("kept", "unchanged")
    },
}
