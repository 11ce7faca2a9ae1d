"""The same order is the same file on every machine, and a file is whole or not there."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from handouts import Handout
from handouts.stamp.build import write_pdf
from tests.conftest import TODAY, Builder

ROOT = Path(__file__).parents[2]
ORDER = [
    *"build si-joint-calm --clinic oldmill --side right --start 2026-12-01".split(),
    *("--name", "Zoë Nguyễn", "--next-visit", "2026-12-29 10:30", "--date", TODAY.isoformat()),
]


def environment(**changes: str) -> dict[str, str]:
    """Return this environment without what could set language, time or hashing, plus changes."""
    dropped = ("LC_", "LANG", "TZ", "PYTHON", "HANDOUTS", "COV")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(dropped)}
    return {**kept, "PYTHONPATH": str(ROOT), **changes}


def built_by_a_process(folder: Path, **changes: str) -> bytes:
    """Return the PDF that a fresh process makes of `ORDER` in a folder."""
    folder.mkdir(exist_ok=True)
    subprocess.run(
        [sys.executable, "-m", "handouts", *ORDER, "-o", "x.pdf"],
        cwd=folder, env=environment(**changes), check=True, capture_output=True,
    )  # fmt: skip
    return (folder / "x.pdf").read_bytes()


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the PDF of `ORDER` made in a plain environment."""
    return built_by_a_process(tmp_path_factory.mktemp("reference"), PYTHONHASHSEED="0")


@pytest.mark.parametrize(
    "changes",
    [
        {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1", "LC_ALL": "C", "LANG": "C"},
        {"TZ": "America/Los_Angeles", "PYTHONHASHSEED": "4242", "LC_ALL": "tr_TR.UTF-8"},
        {"TZ": "Asia/Kathmandu", "LANG": "de_DE.UTF-8", "LANGUAGE": "de", "PYTHONOPTIMIZE": "1"},
    ],
    ids=["C", "tr", "de"],
)
def test_another_machine_makes_the_same_bytes(
    tmp_path: Path, reference: bytes, changes: dict[str, str]
) -> None:
    assert reference.startswith(b"%PDF-")
    assert built_by_a_process(tmp_path / "somewhere else", **changes) == reference


def test_an_installed_package_makes_the_same_bytes(tmp_path: Path, reference: bytes) -> None:
    site = tmp_path / "site"
    leave = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "handouts", site / "handouts", ignore=leave)
    for part in ("data", "layouts"):
        shutil.copytree(ROOT / part, site / "handouts" / "resources" / part)
    found = subprocess.run(
        [sys.executable, "-c", "import handouts; print(handouts.__file__)"],
        cwd=tmp_path, env=environment(PYTHONPATH=str(site)), check=True, capture_output=True,
    )  # fmt: skip
    assert Path(found.stdout.decode().strip()).is_relative_to(site)
    assert built_by_a_process(tmp_path / "work", PYTHONPATH=str(site)) == reference


def test_handouts_made_before_change_nothing(new_handout_for: Builder) -> None:
    def calm() -> Handout:
        return new_handout_for(clinic="oldmill", patient={"name": "Zoë Nguyễn"})

    first = calm()
    for layout, name in (("cards", "Иван Петров"), ("large-print", "Γιώργος Ωραίος")):
        new_handout_for(program="si-joint-mix", layout=layout, patient={"name": name}, mode="gray")
    again = calm()
    assert again.pdf == first.pdf
    assert again.sha256 == first.sha256
    assert again.code == first.code


def test_threads_that_draw_one_handout_draw_it_whole(handout_for: Builder) -> None:
    """The desk is asked for a page's picture and for the PDF at once."""
    laid_out = handout_for().laid_out
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            written = list(threads.map(write_pdf, [laid_out] * 8))
    finally:
        sys.setswitchinterval(usual)
    assert len({handout.sha256 for handout in written}) == 1


@pytest.mark.parametrize("layout", ["standard", "fridge"])
def test_orders_that_differ_make_other_bytes(handout_for: Builder, layout: str) -> None:
    made = [
        handout_for(layout=layout, patient={"name": name}, mode=mode).sha256
        for name in ("Ann Lee", "Bea Lee")
        for mode in ("colour", "gray")
    ]
    assert len(set(made)) == 4


# --- killed ----------------------------------------------------------------------------------

# Children write the same handout again and again, each killed a little later than the one before:
# at the first, second, … thing done in the folder, then by the system after so many bytes.
_KILLED = """
import json, os, resource, signal, sys
from pathlib import Path
from handouts.cli import build as module
from handouts.cli.main import cli

folder, order, old = Path(sys.argv[1]), sys.argv[2:], b"%PDF-1.7, the old one"
target = folder / "x.pdf"
made = []
keep = module.build_handout
module.build_handout = lambda *given, **more: made.append(keep(*given, **more)) or made[0]
cli([*order, "-o", str(target)], standalone_mode=False)
new = target.read_bytes()
module.build_handout = lambda *given, **more: made[0]

def child(prepare):
    for path in folder.iterdir():
        path.unlink()
    target.write_bytes(old)
    target.chmod(0o600)
    pid = os.fork()
    if not pid:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1), os.dup2(null, 2)
        prepare()
        try:
            os._exit(cli([*order, "-o", str(target)], standalone_mode=False) or 0)
        except SystemExit as ended:
            os._exit(ended.code)
        finally:
            os._exit(99)
    status = os.waitpid(pid, 0)[1]
    content = target.read_bytes()
    return {
        "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
        "exit": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
        "target": "old" if content == old else "new" if content == new else "broken",
        "beside": [(p.name, p.stat().st_mode & 0o777) for p in folder.iterdir() if p != target],
    }

def at_event(last):
    def prepare():
        seen = []
        def hook(event, arguments):
            if any(str(folder) in str(item) for item in arguments if isinstance(item, (str, Path))):
                seen.append(event)
                if len(seen) == last:
                    os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(hook)
    return prepare

def at_size(limit):
    def prepare():
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    return prepare

def full():
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))

events = []
while not events or events[-1]["signal"]:
    events.append(child(at_event(len(events) + 1)))
sizes = [child(at_size(limit)) for limit in (0, 1, 5000, len(new) // 2, len(new) - 1)]
print(json.dumps({"events": events, "sizes": sizes, "full": child(full)}))
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no fork and no signals")
def test_a_killed_process_never_leaves_half_a_handout(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, tmp_path / "out", *ORDER],
        env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    *killed, finished = found["events"]
    assert len(killed) > 4
    assert {one["signal"] for one in killed} == {9}
    assert "broken" not in {one["target"] for one in killed}
    assert killed[0]["target"] == "old"
    assert (finished["exit"], finished["target"], finished["beside"]) == (0, "new", [])
    assert {one["signal"] for one in found["sizes"]} == {25}, "killed by the limit of file sizes"
    assert {one["target"] for one in found["sizes"]} == {"old"}
    # What a killed process leaves holds a patient's name: hidden, private, never called .pdf.
    beside = [item for one in (*killed, *found["sizes"]) for item in one["beside"]]
    assert beside
    for name, mode in beside:
        assert name.startswith(".x.pdf.")
        assert name.endswith(".part")
        assert mode & (stat.S_IRWXG | stat.S_IRWXO) == 0
    # A full disk is no kill: the program says so and tidies up.
    assert (found["full"]["exit"], found["full"]["target"]) == (1, "old")
    assert found["full"]["beside"] == []
