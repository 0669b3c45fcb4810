"""The manifest by which winget installs the zip: three files, as its community repository wants them."""

from __future__ import annotations

import hashlib
import io
import json
import re
import sys
import time
import zipfile
from pathlib import Path

SCHEMA_VERSION = "1.10.0"
IDENTIFIER = "DcsMaster.DcsMaster"
LOCALE = "en-US"
PUBLISHER = "The dcs-master developers"
COMMANDS = {"dcs-master": "dcs-master.exe", "defgen": "defgen.exe"}
DESCRIPTION = (
    "dcs-master connects DCS World to home cockpits: switch panels, gauges, displays, and a page in the browser that "
    "shows, finds and works every control of every aircraft."
)
# A word or some, which mean the same with and without quotes.
PLAIN = re.compile(r"[A-Za-z][\w ,;()'/.-]*[\w.)]|[A-Z0-9]{64}|https://[\w./-]+")


def manifests(version: str, built_at: int, url: str, packed: bytes) -> dict[str, str]:
    """Returns the files of the manifest for this zip.

    `built_at` is in seconds since 1970.
    """
    files = {
        f"{IDENTIFIER}.yaml": version_manifest(version),
        f"{IDENTIFIER}.installer.yaml": installer_manifest(version, built_at, url, packed),
        f"{IDENTIFIER}.locale.{LOCALE}.yaml": locale_manifest(version),
    }
    for name, manifest in files.items():
        check(name, manifest, packed)
    return {name: to_yaml(manifest) for name, manifest in files.items()}


def version_manifest(version: str) -> dict:
    return manifest_of("version", version, DefaultLocale=LOCALE)


def installer_manifest(version: str, built_at: int, url: str, packed: bytes) -> dict:
    commands = [
        {"RelativeFilePath": file, "PortableCommandAlias": command} for command, file in sorted(COMMANDS.items())
    ]
    installer = {
        "Architecture": "x64",
        "InstallerUrl": url,
        "InstallerSha256": hashlib.sha256(packed).hexdigest().upper(),
    }
    return manifest_of(
        "installer",
        version,
        MinimumOSVersion="10.0.0.0",
        InstallerType="zip",
        NestedInstallerType="portable",
        NestedInstallerFiles=commands,
        UpgradeBehavior="install",
        ReleaseDate=time.strftime("%Y-%m-%d", time.gmtime(built_at)),
        Installers=[installer],
    )


def locale_manifest(version: str) -> dict:
    return manifest_of(
        "defaultLocale",
        version,
        PackageLocale=LOCALE,
        Publisher=PUBLISHER,
        PackageName="dcs-master",
        License="MIT",
        ShortDescription="The bridge between DCS World and home cockpits",
        Description=DESCRIPTION,
        Moniker="dcs-master",
        Tags=["arduino", "cockpit", "dcs-world", "flight-simulator", "home-cockpit"],
    )


def manifest_of(kind: str, version: str, **entries: object) -> dict:
    return {
        "PackageIdentifier": IDENTIFIER,
        "PackageVersion": version,
        **entries,
        "ManifestType": kind,
        "ManifestVersion": SCHEMA_VERSION,
    }


def check(name: str, manifest: dict, packed: bytes) -> None:
    """Ends with a message if winget would refuse the manifest, or could not install by it.

    The whole schema is checked by `validate`, on request.
    """
    files = zipfile.ZipFile(io.BytesIO(packed)).namelist()
    for entry in manifest.get("NestedInstallerFiles", []):
        if entry["RelativeFilePath"] not in files:
            sys.exit(f"release: {name} names {entry['RelativeFilePath']}, which is not in the zip")
    for installer in manifest.get("Installers", []):
        if not re.fullmatch(r"https?://[^\s]+\.zip", installer["InstallerUrl"]):
            sys.exit(f"release: {name} has the address {installer['InstallerUrl']}, which is none of a zip")
    if len(manifest.get("ShortDescription", "")) > 256 or len(manifest.get("Tags", [])) > 16:
        sys.exit(f"release: {name} has a text that is longer than winget allows")


def to_yaml(manifest: dict) -> str:
    """Returns a manifest as YAML; its first line leads editors to the schema."""
    kind = manifest["ManifestType"]
    schema = f"https://aka.ms/winget-manifest.{kind}.{SCHEMA_VERSION}.schema.json"
    return f"# yaml-language-server: $schema={schema}\n\n" + "".join(entry_lines(manifest, ""))


def entry_lines(entries: dict, indent: str) -> list[str]:
    lines = []
    for key, value in entries.items():
        if isinstance(value, list):
            lines += [f"{indent}{key}:\n", *(line for item in value for line in item_lines(item, indent))]
        else:
            lines.append(f"{indent}{key}: {scalar(value)}\n")
    return lines


def item_lines(item: object, indent: str) -> list[str]:
    if not isinstance(item, dict):
        return [f"{indent}- {scalar(item)}\n"]
    first, *others = entry_lines(item, "")
    return [f"{indent}- {first}", *(f"{indent}  {line}" for line in others)]


def scalar(value: object) -> str:
    """Returns a text as YAML reads it back: in quotes if it could be taken for something else."""
    text = str(value)
    return (
        text
        if PLAIN.fullmatch(text) and text.lower() not in ("yes", "no", "true", "false", "null")
        else json.dumps(text)
    )


def validate(files: dict[str, str], schemas: Path) -> None:
    """Ends with a message if a file does not fit winget's own schema; needs the packages jsonschema and PyYAML."""
    import jsonschema
    import yaml

    for name, text in files.items():
        manifest = yaml.safe_load(text)
        schema = schemas / f"manifest.{manifest['ManifestType']}.{SCHEMA_VERSION}.json"
        faults = list(jsonschema.Draft7Validator(json.loads(schema.read_text())).iter_errors(manifest))
        if faults:
            sys.exit(f"release: {name} does not fit {schema.name}: {'; '.join(fault.message for fault in faults)}")
    print(f"release: the {len(files)} files of the manifest fit winget's schemas {SCHEMA_VERSION}")
