"""Packs the programs for Windows into a zip, with what its users need beside them."""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from pathlib import Path

import tomllib

import archive
import licenses
import programs
import winget

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = ("dcs-master.exe", "defgen.exe")
NOWHERE = "https://example.invalid/dcs-master"
MOST_BYTES = 12 * 1024 * 1024


def main() -> None:
    args = parse_arguments()
    version = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["version"]
    built_at = int(os.environ["SOURCE_DATE_EPOCH"])
    for name in PROGRAMS:
        programs.check(args.programs / name, version)
    name = f"dcs-master-{version}-windows-x64.zip"
    packed = archive.pack(contents(args, version), built_at)
    if len(packed) > MOST_BYTES:
        sys.exit(f"release: {name} has {len(packed)} bytes, more than {MOST_BYTES}")
    manifests = winget.manifests(version, built_at, f"{args.url or NOWHERE}/{name}", packed)
    if args.schema:
        winget.validate(manifests, args.schema)
    write(args.dist, name, packed, manifests)
    print(f"release: {args.dist / name}, {len(packed):,} bytes, SHA-256 {sha256(packed)}")
    if not args.url:
        print("release: its address in the winget manifest is a placeholder; give it with --url")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=Path, required=True, help="the folder with the programs")
    parser.add_argument("--build-log", type=Path, required=True, help="the messages of cargo build, as JSON")
    parser.add_argument("--dist", type=Path, required=True, help="the folder to write to")
    parser.add_argument("--url", help="the address of the folder where users download the zip")
    parser.add_argument("--schema", type=Path, help="a folder with winget's JSON schemas")
    return parser.parse_args()


def contents(args: argparse.Namespace, version: str) -> dict[str, bytes]:
    """Returns the files of the zip."""
    files = {name: (args.programs / name).read_bytes() for name in PROGRAMS}
    readme = (ROOT / "packaging/README.txt").read_text().replace("@VERSION@", version)
    files["README.txt"] = windows_text(readme)
    files["Demo.cmd"] = windows_text((ROOT / "packaging/Demo.cmd").read_text())
    files["LICENSE.txt"] = windows_text((ROOT / "LICENSE").read_text())
    files["LICENSES-OF-OTHERS.txt"] = windows_text(licenses.text_of_build(args.build_log, ROOT))
    files["SHA256SUMS"] = sums(files)
    return files


def windows_text(text: str) -> bytes:
    """Returns a text as Notepad reads it: with a byte-order mark if it needs one."""
    encoding = "ascii" if text.isascii() else "utf-8-sig"
    return text.replace("\n", "\r\n").encode(encoding)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def sums(files: dict[str, bytes]) -> bytes:
    """Returns the lines that `sha256sum --check` reads."""
    return "".join(f"{sha256(data)} *{name}\n" for name, data in sorted(files.items())).encode()


def write(dist: Path, name: str, packed: bytes, manifests: dict[str, str]) -> None:
    folder = dist / "winget"
    folder.mkdir(parents=True, exist_ok=True)
    for old in (*dist.glob("dcs-master-*.zip"), *folder.glob("*.yaml")):
        old.unlink()
    (dist / name).write_bytes(packed)
    (dist / "SHA256SUMS").write_bytes(sums({name: packed}))
    for file, text in manifests.items():
        (folder / file).write_text(text)


if __name__ == "__main__":
    main()
