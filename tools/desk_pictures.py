"""Turn the desk into the pictures of README.md and docs/desk.md.

Run ``python tools/desk_pictures.py``; it needs Chromium. The people in the pictures are invented.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
_SIZE = {"width": 1440, "height": 900}
_NAMES = ("Arthur Dent", "Tricia McMillan", "Wowbagger Long", "Fenchurch Prefect", "Agda Lundqvist",
          "Benno Fuchs", "Carla Neri", "Dilip Rao")  # fmt: skip


def main() -> None:
    """Open the desk of an example clinic, use it, and take the pictures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "clinics").mkdir()
        for file in (ROOT / "data" / "clinics").glob("riverbend.*"):
            shutil.copy(file, folder / "clinics")
        command = [sys.executable, "-m", "handouts", "--folder", name, "desk", "--no-browser"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as desk:  # noqa: S603 - ours
            try:
                line = desk.stdout.readline() if desk.stdout else ""
                found = re.search(r"http://\S+", line)
                if found is None:
                    sys.exit("the desk did not open")
                _take(found[0])
            finally:
                desk.terminate()


def _take(address: str) -> None:
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport=_SIZE)  # type: ignore[arg-type]
        page.goto(address)
        page.get_by_role("button", name="Begin with SI joint: calm", exact=True).click()
        page.fill("#name", _NAMES[0])
        page.select_option("#sore", "left")
        page.locator("#items > li:nth-child(1) [name=dose]").fill("2 x 8, hold 5 s")
        page.wait_for_timeout(3000)
        _keep(page, "desk-handout.png")
        page.get_by_role("link", name="A list of patients").click()
        start = (dt.datetime.now().astimezone() + dt.timedelta(days=1)).date()
        rows = [f"R-{17 + number},{who},si-joint-calm,{start},left"
                for number, who in enumerate(_NAMES)]  # fmt: skip
        rows[5] = rows[5].replace(str(start), "3/4/2026")
        text = "\n".join(("Patient Number,Client,program,start_date,side", *rows))
        content = text.encode()
        page.set_input_files("#list", {"name": "a.csv", "mimeType": "text/csv", "buffer": content})
        page.get_by_role("button", name="Look at the list").click()
        page.get_by_label("Meaning of Client", exact=True).select_option("name")
        page.click("#again")
        page.wait_for_load_state()
        _keep(page, "desk-list.png")
        browser.close()


def _keep(page: Page, name: str) -> None:
    """Save a screenshot at two thirds of its size, to show beside text."""
    page.evaluate("window.scrollTo(0, 0)")
    image = Image.open(io.BytesIO(page.screenshot()))
    small = image.convert("RGB").resize((image.width * 2 // 3, image.height * 2 // 3))
    small.quantize(128).save(DOCS / name, optimize=True)


if __name__ == "__main__":
    main()
