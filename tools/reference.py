"""Turn the registry of lint codes into docs/checks.md. Run ``python tools/reference.py``."""

from __future__ import annotations

from pathlib import Path

from handouts.check.codes import CODES

PAGE = Path(__file__).parents[1] / "docs" / "checks.md"
HEAD = """\
# What `handouts check` looks for

Made by `python tools/reference.py`. An error stops a handout from being built, a warning asks you
to look again. Nothing here says that a program is safe for a patient: that is the clinician's call.

A rule that does not suit a file is switched off in that file, with the reason:

```yaml
lint:
  - code: step-too-long
    reason: our patients know this exercise
```

Three things have no code, and no file switches them off: a layout that leaves out safety, a
program whose safety text is not for the regions of its exercises
([why](clinic-folder.md#safety-by-region)), and a photograph to which nobody agreed and for which
no drawing can stand ([why](photographs.md#who-agreed)).

| code | level | found when |
|---|---|---|
"""


def page() -> str:
    """Return the page, one row a code in the order of the registry."""
    rows = [f"| `{code.name}` | {code.level} | {code.meaning} |" for code in CODES.values()]
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    print(f"wrote docs/{PAGE.name}")
