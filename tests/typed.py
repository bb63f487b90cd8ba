"""The command as an operator types it, each in a process of its own; what all of them begin with is read once."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

# A fork of a program that has read itself is that program at its beginning: two seconds earlier.
BEGUN = """
import json, os, sys
from core import cli
for line in sys.stdin:
    words, environment, folder = json.loads(line)
    child = os.fork()
    if not child:
        os.environ.clear()
        os.environ.update(environment)
        for number, name, how in (0, os.devnull, os.O_RDONLY), (1, "out", os.O_WRONLY), (2, "err", os.O_WRONLY):
            os.dup2(os.open(os.path.join(folder, name), how | os.O_CREAT), number)
        sys.argv = ["haochaping", *words]
        sys.exit(cli.main())
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@dataclass(frozen=True, slots=True)
class Typist:
    asked: IO[str]
    ended: IO[str]

    def run(self, *words: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        with TemporaryDirectory() as folder:
            self.asked.write(json.dumps([words, dict(environment), folder]) + "\n")
            self.asked.flush()
            code = int(self.ended.readline())
            said = [(Path(folder) / name).read_text("utf-8") for name in ("out", "err")]
        return subprocess.CompletedProcess(words, code, *said)


@contextmanager
def typist() -> Iterator[Typist]:
    """One for several commands, one after the other."""
    command = [sys.executable, "-c", BEGUN]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as begun:
        assert begun.stdin and begun.stdout
        yield Typist(begun.stdin, begun.stdout)
        begun.stdin.close()
