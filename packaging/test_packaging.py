"""Tests of the packaging that need no build. Run by `scripts/release`."""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
import unittest
import zipfile
from pathlib import Path

import archive
import licenses
import package
import programs
import winget
from licenses import Crate

MIT = "MIT License\n\nCopyright (c) 2026 Us\n\nPermission is granted\n"


def crate(name: str, license: str, *texts: str, authors: tuple[str, ...] = ()) -> Crate:
    return Crate(name, "1.0.0", license, authors, texts)


class Licenses(unittest.TestCase):
    def test_equal_texts_stand_there_once_with_all_their_crates(self):
        text = licenses.text_of([crate("a", "MIT", "one  text"), crate("b", "MIT", "one\ntext\n")], MIT, {})
        self.assertEqual(text.count("one"), 1)
        self.assertIn("a 1.0.0, b 1.0.0", text)
        self.assertIn("a 1.0.0: MIT\n    https://crates.io/crates/a/1.0.0", text)

    def test_a_crate_without_a_text_gets_that_of_its_license(self):
        text = licenses.text_of([crate("a", "MIT", authors=("Ann <ann@example.org>", "Bob"))], MIT, {})
        self.assertIn("Copyright (c) Ann, Bob\n\nPermission", text)
        text = licenses.text_of([crate("a", "MPL-2.0"), crate("b", "MPL-2.0", "Mozilla")], MIT, {})
        self.assertIn("a 1.0.0, b 1.0.0", text)

    def test_a_crate_whose_license_has_no_text_is_an_error(self):
        with self.assertRaisesRegex(licenses.MissingLicenseError, "odd 1.0.0 .GPL-2.0"):
            licenses.text_of([crate("odd", "GPL-2.0"), crate("b", "MIT", "text")], MIT, {})

    def test_macros_and_build_scripts_are_not_linked(self):
        artifacts = [
            ("compiler-artifact", "/r/linked/Cargo.toml", "/t/x86_64-pc-windows-gnu/release/deps/libx.rlib"),
            ("compiler-artifact", "/r/macro/Cargo.toml", "/t/release/deps/libm.so"),
            ("build-script-executed", "/r/script/Cargo.toml", "/t/x86_64-pc-windows-gnu/release/build"),
        ]
        lines = [json.dumps({"reason": r, "manifest_path": m, "filenames": [f]}) for r, m, f in artifacts]
        self.assertEqual(licenses.linked_manifests("\n".join(["note", *lines])), {Path("/r/linked/Cargo.toml")})

    def test_lua_itself_is_named_with_its_license(self):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "lua-src-551.0.2"
            (folder / licenses.LUA).mkdir(parents=True)
            header = "#define X\n/****\n* Copyright (C) 1994 Lua.org.\n*\n* Permission is granted.\n****/\n#endif\n"
            (folder / licenses.LUA / "lua.h").write_text(header)
            artifact = {"reason": "compiler-artifact", "manifest_path": str(folder / "Cargo.toml"), "filenames": []}
            notice = licenses.lua_notice(json.dumps(artifact))
        self.assertEqual(notice, {"Lua 5.1": "Copyright (C) 1994 Lua.org.\n\nPermission is granted.\n"})
        self.assertEqual(licenses.lua_notice("note"), {})

    def test_a_crate_is_read_from_its_folder(self):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            package = '[package]\nname = "x"\nversion = "2.1.0"\nlicense = "MIT/Apache-2.0"\nlicense-file = "TERMS"\n'
            (folder / "Cargo.toml").write_text(package)
            for file in ("LICENSE-MIT", "COPYING", "TERMS", "lib.rs"):
                (folder / file).write_text(file)
            (folder / "license").mkdir()
            read = Crate.read(folder / "Cargo.toml")
        self.assertEqual((read.license, read.texts), ("MIT OR Apache-2.0", ("COPYING", "LICENSE-MIT", "TERMS")))


class Archive(unittest.TestCase):
    def test_the_bytes_depend_on_contents_and_time_only(self):
        one = archive.pack({"b.txt": b"2", "a.txt": b"1"}, 1_700_000_000)
        self.assertEqual(one, archive.pack({"a.txt": b"1", "b.txt": b"2"}, 1_700_000_000))
        self.assertNotEqual(one, archive.pack({"a.txt": b"1", "b.txt": b"2"}, 1_700_000_002))
        entries = zipfile.ZipFile(io.BytesIO(one)).infolist()
        self.assertEqual([entry.filename for entry in entries], ["a.txt", "b.txt"])
        self.assertEqual(entries[0].date_time, (2023, 11, 14, 22, 13, 20))

    def test_a_time_before_that_of_zip_files_is_allowed(self):
        self.assertTrue(archive.pack({"a": b""}, 0))


class Demo(unittest.TestCase):
    def test_the_demo_starts_from_any_folder(self):
        text = package.windows_text((package.ROOT / "packaging/Demo.cmd").read_text())
        lines = text.decode("ascii").split("\r\n")
        self.assertNotIn(b"\n", text.replace(b"\r\n", b""))
        self.assertIn('"%~dp0dcs-master.exe" demo --open %*', lines)


class Programs(unittest.TestCase):
    def test_dlls_that_windows_lacks_are_found(self):
        listing = (
            "\tDLL Name: KERNEL32.dll\n\tDLL Name: libgcc_s_seh-1.dll\n\tDLL Name: api-ms-win-core-synch-l1-2-0.dll\n"
        )
        self.assertEqual(programs.foreign_dlls(listing), ["libgcc_s_seh-1.dll"])

    def test_the_version_is_that_of_the_resource(self):
        resource = "VS_VERSION_INFO\0...FileVersion\0\x30.1.0\0".encode("utf-16-le")
        self.assertTrue(programs.has_version(b"MZ" + resource, "0.1.0"))
        self.assertFalse(programs.has_version(b"MZ" + resource, "0.1.1"))
        self.assertFalse(programs.has_version(b"MZ", "0.1.0"))


class Winget(unittest.TestCase):
    packed = archive.pack({"dcs-master.exe": b"MZ", "defgen.exe": b"MZ"}, 1_700_000_000)
    url = "https://example.org/dcs-master-0.1.0-windows-x64.zip"

    def test_the_manifest_names_the_zip_and_its_programs(self):
        files = winget.manifests("0.1.0", 1_700_000_000, self.url, self.packed)
        self.assertEqual(len(files), 3)
        installer = files["DcsMaster.DcsMaster.installer.yaml"]
        for line in (
            f"  InstallerSha256: {hashlib.sha256(self.packed).hexdigest().upper()}\n",
            f"  InstallerUrl: {self.url}\n",
            "- RelativeFilePath: dcs-master.exe\n  PortableCommandAlias: dcs-master\n",
            'PackageVersion: "0.1.0"\n',
            'ReleaseDate: "2023-11-14"\n',
        ):
            self.assertIn(line, installer)

    def test_a_program_that_the_zip_lacks_is_an_error(self):
        with self.assertRaisesRegex(SystemExit, "dcs-master.exe, which is not in the zip"):
            winget.manifests("0.1.0", 0, self.url, archive.pack({"defgen.exe": b""}, 0))

    def test_an_address_that_is_none_is_an_error(self):
        with self.assertRaisesRegex(SystemExit, "none of a zip"):
            winget.manifests("0.1.0", 0, "C:/x.zip", self.packed)

    def test_texts_that_yaml_could_take_for_something_else_are_quoted(self):
        for text, written in (
            ("dcs-master", "dcs-master"),
            ("yes", '"yes"'),
            ("1.10.0", '"1.10.0"'),
            ("a: b", '"a: b"'),
        ):
            self.assertEqual(winget.scalar(text), written)


if __name__ == "__main__":
    unittest.main()
