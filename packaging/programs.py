"""Checks of the programs that go to users: they need no DLL but those of Windows, and say their version."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

OBJDUMP = "x86_64-w64-mingw32-objdump"
# Every Windows since 10 has these.
SYSTEM_DLLS = {
    "advapi32.dll",
    "bcrypt.dll",
    "bcryptprimitives.dll",
    "cfgmgr32.dll",
    "combase.dll",
    "crypt32.dll",
    "dbghelp.dll",
    "iphlpapi.dll",
    "kernel32.dll",
    "msvcrt.dll",
    "ntdll.dll",
    "ole32.dll",
    "oleaut32.dll",
    "psapi.dll",
    "setupapi.dll",
    "shell32.dll",
    "user32.dll",
    "userenv.dll",
    "ws2_32.dll",
}
SYSTEM_SETS = ("api-ms-win-",)


def check(program: Path, version: str) -> None:
    """Ends with a message if users could not run the program, or could not see its version."""
    imports = subprocess.run([OBJDUMP, "-p", program], check=True, capture_output=True, text=True).stdout
    if foreign := foreign_dlls(imports):
        sys.exit(f"release: {program.name} needs {', '.join(foreign)}, which Windows does not have; link it statically")
    if not has_version(program.read_bytes(), version):
        sys.exit(f"release: {program.name} has no version resource that says {version}")


def foreign_dlls(imports: str) -> list[str]:
    """Returns the DLLs in a listing of objdump that are not part of Windows."""
    dlls = {name.lower() for name in re.findall(r"DLL Name: (\S+)", imports)}
    return sorted(name for name in dlls - SYSTEM_DLLS if not name.startswith(SYSTEM_SETS))


def has_version(program: bytes, version: str) -> bool:
    """Tells whether the version resource has this version of the file."""
    resource = program.find("VS_VERSION_INFO".encode("utf-16-le"))
    text = f"FileVersion\0{version}\0".encode("utf-16-le")
    # The value begins at a multiple of four bytes, so there may be a filler after the name.
    padded = f"FileVersion\0\0{version}\0".encode("utf-16-le")
    return resource >= 0 and any(program.find(wanted, resource) >= 0 for wanted in (text, padded))
