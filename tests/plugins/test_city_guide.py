"""The guide for a city that is not ours is followed word by word: its files written, its commands run."""

import os
import re
import sys
from pathlib import Path
from subprocess import run

GUIDE = Path(__file__).parents[2] / "docs" / "city-plugin.md"
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ROOT = Path(__file__).parents[2]

# Installed beside this environment and not into it.
PIP = 'pip() { command python -m pip "$1" --no-deps --target "$SITE" "${@:2}"; }'


def test_whoever_follows_the_guide_has_a_city_that_proves_itself(tmp_path: Path):
    site = tmp_path / "site"
    paths = [str(site), os.environ.get("PYTHONPATH", str(ROOT))]
    programs = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    around = {**os.environ, "PATH": programs, "SITE": str(site), "PYTHONPATH": os.pathsep.join(paths)}
    said: list[str] = []
    for language, path, text in BLOCK.findall(GUIDE.read_text("utf-8")):
        if path:
            (tmp_path / path).write_text(text, encoding="utf-8")
        elif language == "sh":
            done = run(
                ["bash", "-e", "-c", f"{PIP}\n{text}"],
                cwd=tmp_path,
                env=around,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
            said.append(done.stdout)

    assert "第六条" in said[-1]
    assert "2 passed" in said[-1]
