"""Turn programs into the state of their reviews, and a clinician's answers into new reviews."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from handouts import Library
from handouts.check.order import find_clinician
from handouts.check.review import (
    Reviewed,
    ReviewState,
    review_of,
    states,
    text_lines,
    texts_of_program,
    write_reviews,
)
from handouts.cli.options import chosen_clinic, complete_ids, date, id_option, workspace_of
from handouts.cli.report import print_json, print_table, say
from handouts.errors import ContentError, HandoutError, Problem
from handouts.model.clinic import Clinician, Review, language_tag
from handouts.model.order import OrderRequest
from handouts.workspace import Kind, Workspace


@click.command
@click.argument(
    "programs", nargs=-1, metavar="[PROGRAM]...", shell_complete=complete_ids(Kind.PROGRAMS)
)
@id_option("--clinic", Kind.CLINICS, "The clinic whose review it is; it counts only there.")
@click.option(
    "--language", metavar="TAG", help="Review the texts in this language, for example es."
)
@click.option("--show", is_flag=True, help="Print the texts that have to be reviewed.")
@click.option("--by", metavar="ID|NAME", help="Who has read them: a clinician of the clinic.")
@click.option("--yes", is_flag=True, help="Record all of them without asking about each.")
@click.option("--date", "made_on", type=date, help="The day of the review. Default: today.")
@click.option("--json", "as_json", is_flag=True, help="Print the texts and their state as JSON.")
@click.pass_obj
def review(
    folder: Path | None,
    /,
    *,
    programs: tuple[str, ...],
    by: str | None,
    yes: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Record that a clinician has read a program's texts and found them right.

    Without --by, it lists the texts that the programs need and their state: the program's own
    words, the safety text and each exercise. Without PROGRAM, it lists every program in the
    language with what it lacks. Until all of it is reviewed, a handout is a DRAFT and is not
    e-mailed.

    Each language has its own review. A review covers the words, doses and pictures as they are now:
    anything that changes has to be reviewed again, including a built-in sentence that yours
    replaces. Reviews are stored in reviews.yaml in your clinic's folder. Read the texts with
    --show, look at the pictures in the draft, then say who you are with --by. Without --yes, each
    text is shown and you are asked to confirm it.

    \b
    Examples:
      handouts review --clinic riverbend
      handouts build si-joint-calm --clinic riverbend -o draft.pdf
      handouts review si-joint-calm --clinic riverbend --show
      handouts review si-joint-calm --clinic riverbend --by "Dana Whitfield, PT" --yes
      handouts review si-joint-calm --clinic riverbend --language es --show

    \b
    Exit codes: 0 done · 1 a file is wrong or cannot be written · 2 wrong command line
    """
    workspace = workspace_of(folder, options["made_on"])
    name = chosen_clinic(workspace, options["clinic"])
    library = Library(workspace)
    language = options["language"] or library.clinic(name).locale
    library = library.in_language(language_tag(language))
    if by is not None or yes:
        _check_recording(workspace, programs, by, yes=yes)
    if not programs:
        _overview(library, name, as_json=as_json)
        return
    found = _reviewed(library, name, programs, by, yes=yes)
    if as_json:
        print_json([_as_data(state) for state in found])
        return
    for state in found:
        if options["show"] and not state.current:
            _print_text(state.text)
    print_table([(state.text.label, _state(state)) for state in found])
    _say_left(found, programs, name, recorded=by is not None)


def _reviewed(
    library: Library, clinic: str, programs: Sequence[str], by: str | None, *, yes: bool
) -> list[ReviewState]:
    """Record a clinician's new reviews, if there are any; return the state of all texts."""
    texts = {text.label: text for each in programs for text in texts_of_program(library, each)}
    found = list(states(library, clinic, texts.values()))
    if by is None:
        return found
    request = OrderRequest(programs[0], clinic, clinician=by)
    clinician = find_clinician(library.clinic(clinic), request)
    return _recorded(library, clinic, clinician, found, yes=yes) if clinician else found


def _check_recording(
    workspace: Workspace, programs: Sequence[str], by: str | None, *, yes: bool
) -> None:
    """Refuse a review that cannot be recorded, before any text is shown."""
    if not by:
        raise click.UsageError("say who has read the texts, with --by")
    if not programs:
        raise click.UsageError(
            "name the program that was reviewed: handouts review PROGRAM --by NAME"
        )
    if not yes and not sys.stdin.isatty():
        raise click.UsageError(
            "cannot ask without a terminal: use --yes to record all remaining texts"
        )
    if workspace.reviews() is None:
        raise ContentError(
            "this is not a clinic's folder, where reviews are stored",
            hint="create one with handouts init my-clinic; then cd my-clinic, or use --folder",
        )


def _recorded(
    library: Library, clinic: str, by: Clinician, found: Sequence[ReviewState], *, yes: bool
) -> list[ReviewState]:
    """Ask about each text that is not reviewed, and record each yes; return the state of all."""
    workspace, texts = library.workspace, [state.text for state in found]
    today = workspace.today
    given: list[Review] = []
    for state in found:
        if state.current:
            continue
        text = state.text
        if not yes:
            _print_text(text)
            if not click.confirm(
                f"{text.label}: have you read it, with its picture, and is it right?"
            ):
                continue
        given.append(review_of(text, clinic, by.name, today))
        if not yes:
            write_reviews(library, given)
    if yes and given:
        write_reviews(library, given)
    return list(states(Library(workspace, language=library.language), clinic, texts))


def _state(state: ReviewState) -> str:
    review = state.review
    if review is None:
        return "not reviewed"
    if not state.current:
        return f"changed since {review.by} checked it, {review.date}"
    return f"checked by {review.by}, {review.date}"


def _as_data(state: ReviewState) -> dict[str, Any]:
    text, review = state.text, state.review
    word = "not reviewed" if review is None else "checked" if state.current else "changed"
    about = {"kind": text.kind.value, "id": text.id, "variant": text.variant, "state": word}
    return {
        **about,
        "by": review.by if review else None,
        "date": str(review.date) if review else None,
    }


def _say_left(
    found: Sequence[ReviewState], programs: Sequence[str], clinic: str, *, recorded: bool
) -> None:
    left = sum(not state.current for state in found)
    if not left:
        say(f"all {len(found)} texts are reviewed: handouts of {clinic} are not drafts", bold=True)
        return
    say(f"{left} of {len(found)} texts still need a review: handouts are drafts", bold=True)
    if not recorded:
        named = " ".join(programs)
        say(f"when you have read them: handouts review {named} --clinic {clinic} --by NAME")


def _overview(library: Library, clinic: str, *, as_json: bool) -> None:
    """Print how many texts of each program have to be reviewed.

    Raises:
        ContentError: with what is wrong with programs, after the others are listed.
    """
    rows, wrong = [], list[Problem]()
    for name in library.workspace.ids(Kind.PROGRAMS):
        try:
            texts = texts_of_program(library, name)
        except HandoutError as error:
            wrong += [each for each in error.problems if each.code != "translation-missing"]
            continue
        found = list(states(library, clinic, texts))
        rows.append((name, sum(not state.current for state in found), len(found)))
    if as_json:
        print_json([{"program": name, "left": left, "texts": all_} for name, left, all_ in rows])
    else:
        print_table(
            [
                (name, f"draft: {left} of {all_} texts to review" if left else "reviewed")
                for name, left, all_ in rows
            ]
        )
    if wrong:
        raise ContentError(dict.fromkeys(wrong))


# -- the texts to read


def _print_text(text: Reviewed) -> None:
    say(f"--- {text.label} ---", bold=True)
    for line in text_lines(text.words):
        say(line)
    for line in text_lines({f"{place} instead of": said for place, said in text.replaced.items()}):
        say(line)
    if "figure" in text.words:
        say(f"picture: handouts show {text.id}")
    say("")
