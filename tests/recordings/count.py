"""Counts the messages of the sample recording with the Python package `mcap`.

The counts in `kestrel.txt` are those that the server's own reader finds, in the whole file and in
its beginning, which is what a crash leaves.
"""

import io
import json
import sys
from collections import Counter
from pathlib import Path

from mcap.exceptions import EndOfFile
from mcap.reader import NonSeekingReader, make_reader

HERE = Path(__file__).parent


def count(data: bytes) -> "Counter[str]":
    """Returns the number of messages in each channel, up to the end of the last whole chunk."""
    counts: Counter[str] = Counter()
    try:
        reader = NonSeekingReader(io.BytesIO(data))
        for schema, channel, message in reader.iter_messages(log_time_order=False):
            assert schema is not None and json.loads(schema.data)["type"] == "object"
            assert len(json.loads(message.data)) == 1, message.data
            counts[channel.topic] += 1
    except EndOfFile:
        pass
    return counts


def main() -> None:
    """Compares the counts."""
    data = (HERE / "kestrel.mcap").read_bytes()
    lines = []
    for size in (len(data), 40_000):
        for topic, number in sorted(count(data[:size]).items()):
            lines.append(f"{size} {topic} {number}\n")
    expected = (HERE / "kestrel.txt").read_text()
    if "".join(lines) != expected:
        sys.exit(f"the package mcap counts\n{''.join(lines)}and not\n{expected}")
    summary = make_reader(io.BytesIO(data)).get_summary()
    assert summary is not None and summary.statistics is not None
    assert summary.statistics.message_count == sum(count(data).values())


main()
