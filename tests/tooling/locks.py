"""The lock files: every package with its version and hashes, none with an address to fetch it from."""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ADDRESS = re.compile(r"://|--(?:extra-)?index-url|--find-links|--trusted-host|^-[ifer]\b", re.MULTILINE)


def faults() -> list[str]:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = [declared["project"]["dependencies"], *declared["dependency-groups"].values()]
    return [
        *_faults_of("requirements.lock", declared["project"]["dependencies"]),
        *_faults_of("requirements-dev.lock", [one for group in groups for one in group]),
    ]


def _faults_of(name: str, required: list[str]) -> list[str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    locked = {_canonical(found) for found in re.findall(r"^([A-Za-z0-9_.-]+)==", text, re.MULTILINE)}
    wanted = {_canonical(re.split(r"[\[<>=!~ ;]", one, maxsplit=1)[0]) for one in required}
    blocks = re.split(r"^(?=\S)", text, flags=re.MULTILINE)
    return [
        *(f"{name} names an address: {found.group()}" for found in ADDRESS.finditer(text)),
        *(f"{name} lacks {one}: run `make lock`" for one in sorted(wanted - locked)),
        *(f"{name} has no hash for {block.split()[0]}" for block in blocks if "==" in block and "sha256:" not in block),
    ]


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    sys.exit("\n".join(faults()) or None)
