"""The schema of `knowledge.db`, the truth about what is indexed."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from banso.core.errors import ConfigError

VERSION = 2
SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
  id TEXT PRIMARY KEY, source TEXT NOT NULL, collection TEXT NOT NULL, ref TEXT NOT NULL, fingerprint TEXT NOT NULL,
  title TEXT NOT NULL, language TEXT NOT NULL, account TEXT NOT NULL, updated_at TEXT, chunks INTEGER NOT NULL,
  stored_at TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (source, collection, ref));
CREATE TABLE chunks (
  key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document_id TEXT NOT NULL REFERENCES documents(id),
  ordinal INTEGER NOT NULL,
  digest TEXT NOT NULL, realm TEXT NOT NULL, source TEXT NOT NULL, account TEXT NOT NULL, product TEXT NOT NULL,
  language TEXT NOT NULL, visibility TEXT NOT NULL, dated REAL, hidden INTEGER NOT NULL, pending INTEGER NOT NULL);
CREATE TABLE texts (key INTEGER PRIMARY KEY REFERENCES chunks(key), hit TEXT NOT NULL);
CREATE INDEX chunks_document ON chunks(document_id, ordinal);
CREATE INDEX chunks_pending ON chunks(pending) WHERE pending;
CREATE INDEX chunks_digest ON chunks(digest);
CREATE INDEX chunks_realm ON chunks(realm);
CREATE TABLE removals (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE failures (source TEXT NOT NULL, collection TEXT NOT NULL, path TEXT NOT NULL, error TEXT NOT NULL,
  hint TEXT NOT NULL, at TEXT NOT NULL);
CREATE VIRTUAL TABLE lexical USING fts5(heading, body, content='',
  tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co'");
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(lexical, row);
"""


def connect(path: Path) -> sqlite3.Connection:
    """A connection to the index file, created with its schema when new. Raises ConfigError when it cannot be used."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON"):
            db.execute(f"PRAGMA {pragma}")
        _create(db, path)
    except (sqlite3.Error, OSError) as error:
        raise ConfigError(f"{path}: cannot open the index: {error}", "check BANSO_DATA and its permissions") from error
    return db


def _create(db: sqlite3.Connection, path: Path) -> None:
    if _version(db) == 0:
        db.execute("BEGIN IMMEDIATE")
        if _version(db) == 0:  # another process may have been quicker
            for statement in SCHEMA.split(";\n"):
                if statement.strip():
                    db.execute(statement)
            db.execute(f"PRAGMA user_version={VERSION}")
        db.execute("COMMIT")
    if _version(db) != VERSION:
        raise ConfigError(
            f"{path}: written by another version of this program (schema {_version(db)}, expected {VERSION})",
            "move the file away and ingest again",
        )


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])
