"""What damaged files raise."""

from __future__ import annotations

import struct
import zipfile
import zlib

DAMAGE = (ValueError, LookupError, TypeError, AttributeError, AssertionError, OSError, EOFError, ArithmeticError,
          RecursionError, RuntimeError, SyntaxError, zipfile.BadZipFile, struct.error, zlib.error)  # fmt: skip
"""What the format libraries raise on damaged files (lxml's errors are SyntaxErrors)."""
