"""The bench writes its figures beside PostgreSQL's own, and leaves nothing running."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.bench.figures import Figure, Plain, quantile, table


@pytest.mark.slow
def test_a_quick_bench_of_one_figure_writes_its_ratio(tmp_path: Path):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HAOCHAPING_")}
    told = subprocess.run(
        [sys.executable, "-m", "core.cli", "bench", "--quick", "--only", "defaults"],
        env={**environment, "HAOCHAPING_VAR": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert told.returncode == 0, told.stderr
    written = json.loads((tmp_path / "bench.json").read_text("utf-8"))
    (figure,) = written["figures"]
    assert written["mode"] == "quick"
    assert (figure["name"], figure["unit"]) == ("defaults", "条/秒")
    assert figure["ratio"] == pytest.approx(figure["value"] / figure["plain"]["value"], rel=0.01)
    assert not (tmp_path / "bench" / "servers").exists()


def test_a_figure_without_a_yardstick_has_no_ratio():
    assert Figure("memory", "内存", "MB", 300.0).ratio is None
    assert Figure("rate", "评价", "条/秒", 50.0, Plain("pgbench", 200.0)).ratio == 0.25


def test_a_quantile_is_a_value_that_was_measured():
    assert quantile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert quantile([5.0], 0.95) == 5.0


def test_the_table_says_what_stands_beside_each_figure():
    told = table([Figure("rate", "HTTP 评价", "条/秒", 50.0, Plain("pgbench", 200.0), p50_ms=1.5, p95_ms=9.0)])

    assert "50.0        200   0.25      1.5      9.0  条/秒" in told
    assert "HTTP 评价（对照：pgbench）" in told
