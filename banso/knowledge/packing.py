"""Text on disk, compressed: a passage with its fields takes about half, a page about a third."""

from __future__ import annotations

import json
import zlib
from typing import Any

from banso.core.errors import ConfigError

_COMMON = (
    b'{"kind": "text", "start": 0, "end": , "level": 0, "page": null, "speaker": "", "hidden": false}, '
    b'{"text": "", "spans": [{"chunk_id": "", "document_id": "", "source": "ticket", "source": "slack", '
    b'"source": "manual", "collection": "", "ref": "", "title": "", "text": "", "start": , "end": , '
    b'"heading_path": [""], "page": null, "kind": "list", "kind": "table", "kind": "code", "kind": "message", '
    b'"kind": "text", "language": "en", "language": "ja", "account": "", "product": "", "status": "solved", '
    b'"visibility": "internal", "visibility": "public", "updated_at": null, "updated_at": "2026-01-01T00:00:00+00:00", '
    b'"superseded_by": "", "url": "https://", "hidden": false}'
)
"""What every row has, so that short ones compress too. Never edited once written: rows cannot be read with another."""

_DAMAGED = "knowledge.db holds a row that cannot be read"
_AGAIN = "put a backup in its place, or forget the document (python -m ingest forget) and ingest it again"


def packed(value: Any) -> bytes:
    """Compressed JSON of a value."""
    return packed_json(json.dumps(value, ensure_ascii=False))


def packed_json(text: str) -> bytes:
    """The same, of a value that is JSON already."""
    work = zlib.compressobj(zdict=_COMMON)
    return work.compress(text.encode()) + work.flush()


def unpacked_json(data: bytes) -> str:
    """The JSON text. Raises ConfigError for what `packed` has not made, or what is left of it."""
    work = zlib.decompressobj(zdict=_COMMON)
    try:
        text = work.decompress(data).decode()
    except (zlib.error, UnicodeDecodeError, TypeError) as error:
        raise ConfigError(_DAMAGED, _AGAIN) from error
    if not work.eof or work.unused_data:
        raise ConfigError(_DAMAGED, _AGAIN)
    return text


def unpacked(data: bytes) -> Any:
    """What `packed` was given. Raises ConfigError as `unpacked_json` does."""
    return json.loads(unpacked_json(data))
