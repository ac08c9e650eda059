"""The schema of `knowledge.db`, the truth about what is indexed.

`documents.content` (text and spans) and `texts.hit` are packed JSON; `documents.body` is the rest, in the open."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from banso.core.errors import ConfigError
from banso.knowledge.packing import packed_json, unpacked_json

VERSION = 4
_PAGE = 8_192
"""Bytes, of a new file: packed pages and passages fill SQLite's usual 4,096 badly. Twice as many are read slower."""
SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES ('index', lower(hex(randomblob(8))));
CREATE TABLE documents (
  id TEXT PRIMARY KEY, source TEXT NOT NULL, collection TEXT NOT NULL, ref TEXT NOT NULL, fingerprint TEXT NOT NULL,
  title TEXT NOT NULL, language TEXT NOT NULL, account TEXT NOT NULL, updated_at TEXT, chunks INTEGER NOT NULL,
  stored_at TEXT NOT NULL, body TEXT NOT NULL, content BLOB NOT NULL, UNIQUE (source, collection, ref));
CREATE TABLE chunks (
  key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document_id TEXT NOT NULL REFERENCES documents(id),
  ordinal INTEGER NOT NULL,
  digest TEXT NOT NULL, realm TEXT NOT NULL, source TEXT NOT NULL, account TEXT NOT NULL, product TEXT NOT NULL,
  language TEXT NOT NULL, visibility TEXT NOT NULL, dated REAL, hidden INTEGER NOT NULL, pending INTEGER NOT NULL);
CREATE TABLE texts (key INTEGER PRIMARY KEY REFERENCES chunks(key), hit BLOB NOT NULL);
CREATE INDEX chunks_document ON chunks(document_id, ordinal);
CREATE INDEX chunks_pending ON chunks(pending) WHERE pending;
CREATE INDEX chunks_digest ON chunks(digest);
CREATE INDEX chunks_realm ON chunks(realm);
CREATE TABLE removals (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE failures (source TEXT NOT NULL, collection TEXT NOT NULL, path TEXT NOT NULL, error TEXT NOT NULL,
  hint TEXT NOT NULL, at TEXT NOT NULL, fingerprint TEXT NOT NULL DEFAULT '');
CREATE VIRTUAL TABLE lexical USING fts5(heading, body, content='',
  tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co'");
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(lexical, row);
"""
_UPGRADES = {
    1: """
CREATE TABLE texts (key INTEGER PRIMARY KEY REFERENCES chunks(key), hit TEXT NOT NULL);
INSERT INTO texts SELECT key, hit FROM chunks;
ALTER TABLE chunks DROP COLUMN hit;
CREATE INDEX IF NOT EXISTS chunks_digest ON chunks(digest);
""",
    2: "ALTER TABLE failures ADD COLUMN fingerprint TEXT NOT NULL DEFAULT '';",
    3: """
ALTER TABLE documents ADD COLUMN content BLOB NOT NULL DEFAULT x'';
UPDATE documents SET body = json_remove(body, '$.text', '$.spans'),
  content = packed(json_object('text', json(body -> '$.text'), 'spans', json(body -> '$.spans')));
UPDATE texts SET hit = packed(hit);
""",
}
"""What makes the next version out of each older one. Never edited once written."""


def connect(path: Path) -> sqlite3.Connection:
    """A connection to the index file: created when new, brought up to date when older. Raises ConfigError."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    except (sqlite3.Error, OSError) as error:
        raise ConfigError(f"{path}: cannot open the index: {error}", "check BANSO_DATA and its permissions") from error
    try:
        for pragma in (
            f"page_size={_PAGE}",
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "secure_delete=ON",
        ):
            db.execute(f"PRAGMA {pragma}")
        db.create_function("packed", 1, packed_json, deterministic=True)
        db.create_function("unpacked", 1, unpacked_json, deterministic=True)
        _bring_up_to_date(db, path)
        db.execute("CREATE VIRTUAL TABLE temp.occurrences USING fts5vocab(main, lexical, instance)")
    except sqlite3.Error as error:
        db.close()
        hint = f"put a backup in its place, or {_ANEW}"
        if str(error).startswith(("unable to open", "attempt to write", "database is locked")):
            hint = "check BANSO_DATA and its permissions"
        raise ConfigError(f"{path}: cannot open the index: {error}", hint) from error
    except ConfigError:
        db.close()
        raise
    return db


_ANEW = "move knowledge.db* and chroma out of the data folder and ingest again"


def _bring_up_to_date(db: sqlite3.Connection, path: Path) -> None:
    if _version(db) == VERSION:
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        found = _version(db)  # another process may have been quicker
        if not 0 <= found <= VERSION:
            raise ConfigError(
                f"{path}: written by a newer version of this program (schema {found}, this one knows {VERSION})",
                f"update the program, or {_ANEW}",
            )
        steps = [_UPGRADES[version] for version in range(found, VERSION)] if found else [SCHEMA]
        for statement in (part for step in steps for part in step.split(";\n") if part.strip()):
            db.execute(statement)
        db.execute(f"PRAGMA user_version={VERSION}")
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])
