"""The licenses of everything that is linked into the programs.

The crates are those that cargo says it has compiled for the programs, so none is missed or listed in vain;
their texts are in cargo's registry on this machine.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import tomllib

TARGET_FOLDER = "/x86_64-pc-windows-gnu/release/"
RUST = "/rustlib/src/rust/"
# Debian's notices of what is linked besides crates of the registry.
RUNTIME_NOTICES = {
    "Rust's standard library": Path("/usr/share/doc/rust-web-src/copyright"),
    "the runtime of mingw-w64": Path("/usr/share/doc/mingw-w64-x86-64-dev/copyright"),
}
# The folder of the version of Lua that is linked, in the crate with its source.
LUA = "lua-5.1.5"
LICENSE_FILE = re.compile(r"(licen[sc]e|unlicense|copying|copyright|notice)", re.IGNORECASE)
RULE = "=" * 78

OPENING = """\
The licenses of the software of others in dcs-master.exe and defgen.exe
{rule}

The source of each crate is at the address beside it.

{crates}

Besides, the programs contain parts of Rust's standard library, of the runtime of
mingw-w64, and of libgcc (GPL 3 with the GCC Runtime Library Exception, which allows
programs under any license).
"""


class MissingLicenseError(Exception):
    """A crate whose license has no text."""


@dataclass(frozen=True)
class Crate:
    """A crate that is linked into a program."""

    name: str
    version: str
    license: str
    authors: tuple[str, ...]
    texts: tuple[str, ...]

    @staticmethod
    def read(manifest: Path) -> Crate:
        package = tomllib.loads(manifest.read_text())["package"]
        files = {path for path in manifest.parent.iterdir() if path.is_file() and LICENSE_FILE.match(path.name)}
        if named := package.get("license-file"):
            files.add(manifest.parent / named)
        return Crate(
            package["name"],
            package["version"],
            package.get("license", "see its text").replace("/", " OR "),
            tuple(package.get("authors", [])),
            tuple(path.read_text(errors="replace") for path in sorted(files)),
        )

    @property
    def line(self) -> str:
        return f"{self.name} {self.version}: {self.license}\n    https://crates.io/crates/{self.name}/{self.version}"


def text_of_build(build_log: Path, root: Path) -> str:
    """Returns the licenses of all that a build has linked.

    `build_log` has the messages of cargo as JSON, and `root` is our own folder, whose crates are left out.
    """
    manifests = linked_manifests(build_log.read_text())
    crates = [Crate.read(path) for path in manifests if RUST not in str(path) and not path.is_relative_to(root)]
    own_license = (root / "LICENSE").read_text()
    runtime = {name: path.read_text() for name, path in RUNTIME_NOTICES.items()}
    runtime |= lua_notice(build_log.read_text())
    try:
        return text_of(sorted(crates, key=lambda crate: (crate.name, crate.version)), own_license, runtime)
    except MissingLicenseError as error:
        sys.exit(f"release: {error}")


def linked_manifests(messages: str) -> set[Path]:
    """Returns the manifests of what was compiled for the target; build scripts and macros are compiled for this machine."""
    artifacts = (json.loads(line) for line in messages.splitlines() if line.startswith("{"))
    return {
        Path(artifact["manifest_path"])
        for artifact in artifacts
        if artifact["reason"] == "compiler-artifact" and any(TARGET_FOLDER in name for name in artifact["filenames"])
    }


def lua_notice(messages: str) -> dict[str, str]:
    """Returns the license of Lua itself, whose C source a crate compiles in a build script: it ends Lua's main header."""
    artifacts = (json.loads(line) for line in messages.splitlines() if line.startswith("{"))
    manifests = (Path(artifact["manifest_path"]) for artifact in artifacts if artifact["reason"] == "compiler-artifact")
    folder = next((path.parent for path in manifests if path.parent.name.startswith("lua-src-")), None)
    if folder is None:
        return {}
    header = (folder / LUA / "lua.h").read_text()
    notice = header[header.index("* Copyright (C)") : header.rindex("****")]
    return {"Lua 5.1": re.sub(r"^\* ?|\*+$", "", notice, flags=re.MULTILINE)}


def text_of(crates: list[Crate], mit: str, others: dict[str, str]) -> str:
    """Returns one text with all licenses; those that are the same stand there once.

    `mit` is any text of the MIT license, and `others` has further texts by what they are for.
    """
    owners: dict[str, tuple[str, list[str]]] = {}
    for crate in crates:
        for text in crate.texts or [substitute(crate, crates, mit)]:
            _, names = owners.setdefault(" ".join(text.split()), (text, []))
            names.append(f"{crate.name} {crate.version}")
    sections = [(text, ", ".join(names)) for text, names in owners.values()]
    sections += [(text, name) for name, text in others.items()]
    opening = OPENING.format(rule=RULE, crates="\n".join(crate.line for crate in crates))
    return opening + "".join(f"\n{RULE}\n{names}\n{RULE}\n\n{text.strip()}\n" for text, names in sections)


def substitute(crate: Crate, crates: list[Crate], mit: str) -> str:
    """Returns the text of the license that a crate names without having its text."""
    if crate.license == "MIT":
        holders = ", ".join(re.sub(r"\s*<.*>", "", author) for author in crate.authors)
        return re.sub(r"Copyright \(c\).*", f"Copyright (c) {holders or 'the authors of ' + crate.name}", mit)
    for other in crates:
        if other.license == crate.license and len(other.texts) == 1:
            return other.texts[0]
    raise MissingLicenseError(
        f"{crate.name} {crate.version} ({crate.license}) has no text of its license, nor has another crate with that license"
    )
