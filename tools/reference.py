"""Turn the registry of lint codes into docs/checks.md. Run ``python tools/reference.py``."""

from __future__ import annotations

from pathlib import Path

from handouts.check.codes import CODES

PAGE = Path(__file__).parents[1] / "docs" / "checks.md"
HEAD = """\
# What `handouts check` looks for

An error stops a handout from being built; a warning asks you to look again. `handouts check` cannot
tell whether a program is safe for a patient: that is the clinician's call. This page is generated
by `python tools/reference.py`.

If a rule does not suit a file, switch it off in that file, with the reason:

```yaml
lint:
  - code: step-too-long
    reason: our patients know this exercise
```

Three problems have no code, and you cannot switch them off:

- a layout that leaves out safety;
- a program whose safety text is not for the regions of its exercises
  ([why](clinic-folder.md#safety-by-region));
- a photograph that nobody consented to and that no drawing can replace
  ([why](photographs.md#who-agreed)).

| code | level | reported when |
|---|---|---|
"""


def page() -> str:
    """Return the page, one row a code in the order of the registry."""
    rows = [f"| `{code.name}` | {code.level} | {code.meaning} |" for code in CODES.values()]
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    print(f"wrote docs/{PAGE.name}")
