"""Zip files whose bytes depend on their contents and one time only."""

from __future__ import annotations

import io
import time
import zipfile

COMPRESSION_LEVEL = 9
WINDOWS = 0
FIRST_YEAR = 1980


def pack(files: dict[str, bytes], changed_at: int) -> bytes:
    """Returns a zip with these files, all of which have this time, in seconds since 1970."""
    when = time.gmtime(changed_at)[:6]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, max(when, (FIRST_YEAR, 1, 1, 0, 0, 0)))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = WINDOWS
            archive.writestr(entry, data, compresslevel=COMPRESSION_LEVEL)
    return packed.getvalue()
