"""A Dask cluster of two processes on this machine gives the same bytes as one local process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from handouts.deliver.batch.jobs import Setup
from handouts.deliver.batch.workers import cluster_workers
from handouts.errors import DeliveryError, to_install
from tests import command
from tests.deliver.conftest import TODAY
from tests.deliver.rosters import GOOD, people, write_csv, write_folder

ROOT = Path(__file__).parents[2]
CLUSTER = """
import subprocess, sys
from distributed import LocalCluster

if __name__ == "__main__":
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
    ) as cluster:
        command = [*sys.argv[1:], "--scheduler", cluster.scheduler_address]
        sys.exit(subprocess.run(command).returncode)
"""


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.slow
@pytest.mark.loopback
def test_a_cluster_gives_the_same_bytes(tmp_path: Path) -> None:
    pytest.importorskip("distributed", reason="the extra cluster is not installed")
    rows = [*people(20), {**GOOD, "program": "no-such"}]
    write_csv(tmp_path / "roster.csv", rows)
    folder = write_folder(tmp_path / "clinic")
    (tmp_path / "start.py").write_text(CLUSTER, "utf-8")
    for name in ("local", "cluster"):
        out = tmp_path / name
        out.mkdir()
        (out / "batch.key").write_text("ab" * 32 + "\n", "ascii")
    words = "batch roster.csv -o {0} --date 2026-11-22 --print-run {0}.pdf"
    alone = [*words.format("local").split(), "--jobs", "1"]
    local = command.run(tmp_path, *alone, folder=folder)
    assert local.returncode == 3, local.stderr
    cluster = subprocess.run(
        [sys.executable, "start.py", sys.executable, "-m", "handouts",
         *words.format("cluster").split()],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HANDOUTS_FOLDER": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert cluster.returncode == 3, cluster.stderr
    assert files(tmp_path / "local") == files(tmp_path / "cluster")
    assert len(list((tmp_path / "cluster").glob("*.pdf"))) == 20
    assert (tmp_path / "local.pdf").read_bytes() == (tmp_path / "cluster.pdf").read_bytes()


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    setup = Setup("out", None, TODAY, "")
    with (
        pytest.raises(DeliveryError, match="Dask is not installed") as caught,
        cluster_workers(setup, "tcp://127.0.0.1:1"),
    ):
        pass
    assert caught.value.problems[0].hint == to_install("cluster")
