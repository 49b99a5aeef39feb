"""Where Chromium is, or how to get it: ``python -m tests.chromium`` prints its path and installs it if need be."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# The shell without a window first: the same engine, and its pages start a third faster.
NAMES = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
PATHS = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/snap/bin/chromium",
]
NONE_FOUND = (
    "No Chromium could be found or installed, and browser tests are never skipped: "
    "install Chromium or Chrome, or give its path in CHROMIUM."
)


def find() -> str | None:
    """The browser named by ``CHROMIUM``, the system's, or Playwright's own, in that order."""
    if named := os.environ.get("CHROMIUM"):
        return shutil.which(named)
    candidates = [shutil.which(name) for name in NAMES] + PATHS + [_playwrights_own()]
    return next((path for path in candidates if path and Path(path).is_file()), None)


def install() -> None:
    """By apt as root, else by Playwright's installer; what it prints is shown, its failure is not fatal here."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _apt_get("update")
        for package in ("chromium-headless-shell", "chromium"):
            if find() is None:
                _apt_get("install", "--no-install-recommends", package, "fonts-dejavu")
    if find() is None:
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
        subprocess.run(command, stdout=sys.stderr, check=False)


def _apt_get(*arguments: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "-qq", *arguments], env=environment, stdout=sys.stderr, check=False)


def _playwrights_own() -> str:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def main() -> None:
    named = os.environ.get("CHROMIUM")
    if named and find() is None:
        sys.exit(f"CHROMIUM is set to {named}, where there is no browser to run.")
    if find() is None:
        print("Installing Chromium for the browser tests…", file=sys.stderr)
        install()
    path = find()
    if path is None:
        sys.exit(NONE_FOUND)
    print(path)


if __name__ == "__main__":
    main()
