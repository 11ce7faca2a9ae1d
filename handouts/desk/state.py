"""Hold what all requests to the desk share: content, handouts in the making, memory."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct, field

from handouts import __version__
from handouts.check.search import NOTHING, Found, Place, Search, Wish, WordIndex, needed
from handouts.desk.language import USUAL, Words, words_of
from handouts.desk.lists import PatientLists
from handouts.desk.making import HandoutMaker, Made
from handouts.desk.prescribing import of_row, usual_doses, with_phases, without_person
from handouts.desk.worksheet import Worksheet, Worksheets
from handouts.errors import ContentError, DeliveryError, HandoutError, Problem
from handouts.figures.drawings import engine_digest, figure_digest
from handouts.files import digest_of_data, make_folder, write_whole
from handouts.load.library import Library, loaded_or_none
from handouts.model.base import Region
from handouts.model.clinic import Clinic
from handouts.model.exercise import Exercise
from handouts.model.program import Program
from handouts.stamp.build import Handout
from handouts.workspace import PHOTOS, Kind, Workspace

T = TypeVar("T")
F = TypeVar("F", Exercise, Program)

_MEMORY = ".desk/memory.json"
_CODE = re.compile(r"[\w-]+-\w{6}")
_RECENT, _CODES = 8, 5000
"""How many programs and codes are remembered; the oldest are forgotten."""


class Catalogue:
    """All clinics, exercises and programs of a library, by name.

    What is not translated into the library's language comes last. Files that cannot be read are
    left out: see `unread`.
    """

    def __init__(self, library: Library) -> None:
        self.library = library
        self._unread: dict[Kind, list[Problem]] = {}
        self._others: dict[tuple[str, str], str] = {}
        ids = library.workspace.ids
        own = library.workspace.own_clinics() or ids(Kind.CLINICS)
        self.clinics = list(self._readable(Kind.CLINICS, own, library.clinic))
        self.exercises = self._in_order(Kind.EXERCISES, library.exercise)
        self.programs = self._in_order(Kind.PROGRAMS, library.program)
        self._search = Search(self.exercises, library.words())
        self._programs = WordIndex(
            (each, ([each.name], [each.id, each.subtitle or ""])) for each in self.programs
        )

    def _readable(self, kind: Kind, names: Iterable[str], read: Callable[[str], T]) -> Iterator[T]:
        """Yield what can be read, and note the problems of the rest."""
        problems: dict[Problem, None] = {}
        for name in names:
            try:
                yield read(name)
            except HandoutError as error:
                problems |= dict.fromkeys(error.problems)
        self._unread[kind] = list(problems)

    def _in_order(self, kind: Kind, read_one: Callable[[str], F]) -> tuple[F, ...]:
        """Return content by name; what is not in the library's language comes last."""
        read = tuple(self._readable(kind, self.library.workspace.ids(kind), read_one))
        for each in read:
            languages = self.library.source(kind, each.id).languages
            if languages and self.library.language not in languages:
                self._others[kind, each.id] = min(languages)
        return tuple(
            sorted(read, key=lambda each: ((kind, each.id) in self._others, each.name.casefold()))
        )

    def unread(self, *kinds: Kind | str) -> list[Problem]:
        """Return the problems of files of these kinds that cannot be read."""
        return [each for kind in kinds for each in self._unread[Kind(kind)]]

    def language_of(self, kind: str, name: str) -> str:
        """Return the language that the texts of an exercise or a program are in."""
        return self._others.get((kind, name), self.library.language)

    @property
    def names(self) -> dict[str, str]:
        """The names of the exercises, by id."""
        return {each.id: each.name for each in self.exercises}

    def picture(self, name: str, variant: str = "") -> str:
        """Return the address of an exercise's picture, which is another if its drawing changes."""
        address = f"/picture/{name}?variant={variant}"
        digest = _digest_of_drawing(self.library, name, variant)
        return f"{address}&v={digest}" if digest else address

    @property
    def regions(self) -> list[str]:
        """The regions of the exercises."""
        return sorted({region.value for each in self.exercises for region in each.regions})

    @property
    def places(self) -> list[str]:
        """The places where exercises are done."""
        return [place.value for place in Place]

    @property
    def equipment(self) -> list[str]:
        """The entry for no equipment, then the things that exercises need."""
        things = {thing for each in self.exercises for thing in needed(each)}
        return [NOTHING, *sorted(things)]

    def program(self, name: str) -> Program | None:
        """Return a program by id; None if there is none that can be read."""
        return next((each for each in self.programs if each.id == name), None)

    def find(
        self, asked: str, region: str = "", place: str = "", equipment: str = ""
    ) -> list[Found]:
        """Return the exercises that match all words and filters, matching names first."""
        wish = Wish(
            region=Region(region) if region in list(Region) else None,
            place=Place(place) if place in list(Place) else None,
            equipment=equipment or None,
            words=tuple(asked.split()),
        )
        return self._search.find(wish)

    def guessed(self, asked: str) -> list[tuple[str, bool]]:
        """Return the words that no exercise has, and whether some have similar ones."""
        found = self._search.index.guessed(asked.split())
        # "hip-thrusts" is two words in the index.
        return list({word: bool(similar) for word, similar in found}.items())

    def find_programs(self, asked: str) -> list[Program]:
        """Return programs that have all words."""
        return self._programs.find(asked.split())


def _digest_of_drawing(library: Library, name: str, variant: str) -> str:
    """Return a digest of all that an exercise is drawn from; empty if it is not drawn.

    A photograph has none, because the browser must not keep it: its consent may end.
    """
    with contextlib.suppress(HandoutError, KeyError):
        exercise = library.exercise(name).variant(variant or None)
        if exercise.picture is None and exercise.figure is not None:
            return digest_of_data(
                (__version__, figure_digest(exercise.figure), engine_digest()), 16
            )
    return ""


class Remembered(Struct):
    """The content of ``.desk/memory.json``, which has no patient data.

    ``favourites`` and ``recent`` are ids of programs. ``codes`` are worksheets without a person, by
    the code on the sheet. ``usual`` is what an empty dose meant at that time: see `usual_doses`.
    """

    favourites: list[str] = field(default_factory=list)
    recent: list[str] = field(default_factory=list)
    codes: dict[str, Worksheet] = field(default_factory=dict)
    usual: dict[str, tuple[str, ...]] = field(default_factory=dict)


class Memory:
    """Remembers favourites, recent programs, and what was prescribed under each code.

    Without a folder it remembers them until the desk is closed.
    """

    def __init__(self, folder: Path | None) -> None:
        self._file = folder / _MEMORY if folder else None
        self._lock = threading.Lock()
        self._known = self._read()

    @property
    def favourites(self) -> list[str]:
        """Ids of programs, the newest first."""
        return list(self._known.favourites)

    @property
    def recent(self) -> list[str]:
        """Ids of programs, the last one used first."""
        return list(self._known.recent)

    def used(self, program: str) -> None:
        """Remember that a handout was begun with a program; ignore a failure to write."""
        with self._lock:
            others = [each for each in self._known.recent if each != program]
            self._known.recent = [program, *others][:_RECENT]
            with contextlib.suppress(DeliveryError):
                self._write()

    def set_favourite(self, program: str, *, liked: bool) -> None:
        """Add a program to the favourites, or remove it.

        Raises:
            DeliveryError: if the folder cannot be written.
        """
        with self._lock:
            others = [each for each in self._known.favourites if each != program]
            self._known.favourites = [program, *others] if liked else others
            self._write()

    def made(
        self, code: str, sheet: Worksheet, notes: frozenset[str], usual: tuple[str, ...]
    ) -> None:
        """Remember what a code stands for; ignore a failure to write.

        ``notes`` are the notes of the program's file.
        """
        kept = without_person(sheet, notes)
        with self._lock:
            codes, doses = self._known.codes, self._known.usual
            if codes.get(code) == kept and doses.get(code) == usual:
                return
            codes.pop(code, None)
            codes[code], doses[code] = kept, usual
            while len(codes) > _CODES:
                gone = next(iter(codes))
                del codes[gone]
                doses.pop(gone, None)
            with contextlib.suppress(DeliveryError):
                self._write()

    def of_code(self, code: str) -> Worksheet | None:
        """Return what a code stands for, in upper or lower case; None if it is unknown."""
        return self._known.codes.get(code.strip().upper())

    def usual(self, code: str) -> tuple[str, ...]:
        """Return what empty doses meant when a code was printed; empty if unknown."""
        return self._known.usual.get(code.strip().upper(), ())

    def _read(self) -> Remembered:
        if self._file is None:
            return Remembered()
        # Without the file there are no favourites, but handouts can be made.
        with contextlib.suppress(OSError):
            try:
                return msgspec.json.decode(self._file.read_bytes(), type=Remembered)
            except (msgspec.MsgspecError, UnicodeDecodeError):
                # It has all codes: somebody may be able to repair it.
                self._file.replace(self._file.with_suffix(".damaged.json"))
        return Remembered()

    def _write(self) -> None:
        if self._file is not None:
            make_folder(self._file.parent)
            write_whole(self._file, msgspec.json.encode(self._known))


class Desk:
    """One desk: the content of a folder, the handouts in the making, and the lists of patients.

    ``today`` is for tests; without it each handout has the day on which it is made. ``saving`` is
    held while content or a list is written: of two pages that are saved at the same moment, the
    second must see the changes of the first.
    """

    def __init__(self, folder: Path | None, *, today: dt.date | None = None) -> None:
        self.folder, self._today = folder, today
        self.press = HandoutMaker()
        self.worksheets = Worksheets(forgotten=self.press.forget)
        self.memory = Memory(folder)
        self.lists = PatientLists(folder)
        self._lock = threading.Lock()
        self.saving = threading.Lock()
        self._catalogue: Catalogue | None = None
        self._seen: tuple[dt.date, list[tuple[str, int]]] | None = None
        self._spoken = USUAL

    @property
    def catalogue(self) -> Catalogue:
        """All content, read again if a file has changed or a new day has begun."""
        with self._lock:
            seen = self._state_of_files()
            if self._catalogue is None or seen != self._seen:
                workspace = Workspace(self.folder, today=self._today)
                library = Library(workspace)
                own = workspace.own_clinics() or workspace.ids(Kind.CLINICS)
                read = (loaded_or_none(library.clinic, name) for name in own)
                first = next(filter(None, read), None)
                self._spoken = first.locale if first else self._spoken
                spoken = library.in_language(words_of(self._spoken).language)
                self._catalogue, self._seen = Catalogue(spoken), seen
            return self._catalogue

    @property
    def library(self) -> Library:
        """The library of the catalogue."""
        return self.catalogue.library

    def _state_of_files(self) -> tuple[dt.date, list[tuple[str, int]]]:
        """Return the day, and all files of the clinic's folder with their times of change."""
        today = Workspace(today=self._today).today
        if self.folder is None:
            return today, []
        # Logos and photographs too, which may be replaced by files of the same name.
        folders = [*(self.folder / kind for kind in Kind), self.folder / PHOTOS]
        files = [each for folder in folders for each in _stamps(folder)]
        own = [(str(file), file.stat().st_mtime_ns) for file in self.folder.glob("*.yaml")]
        return today, sorted(files + own)

    def pictures(self, sheet: Worksheet) -> str:
        """Return a digest of the clinic's files that a handout may show pictures from.

        These are logos, photographs and its own exercises, with the times of their last changes.
        The code of a handout does not stand for them.
        """
        own = tuple(f"{os.sep}{item.exercise}.yaml" for item in sheet.items)
        files = self._seen[1] if self._seen else ()
        shown = [each for each in files if each[0].endswith(own) or not each[0].endswith(".yaml")]
        return digest_of_data(shown, 12)

    @property
    def clinics(self) -> list[Clinic]:
        """The clinics to choose from: the folder's own, or the invented ones to try it with.

        Raises:
            HandoutError: if none of them can be read.
        """
        catalogue = self.catalogue
        if not catalogue.clinics:
            raise ContentError(catalogue.unread(Kind.CLINICS))
        return catalogue.clinics

    def clinic(self, name: str) -> Clinic | None:
        """Return a clinic by id; None if there is none that can be read."""
        return next((clinic for clinic in self.clinics if clinic.id == name), None)

    @property
    def only_clinic(self) -> str:
        """The id of the only clinic in the folder; empty if it has several, or none."""
        own = self.library.workspace.own_clinics()
        return own[0] if len(own) == 1 else ""

    def own_program(self, program: str) -> bool:
        """Return whether a program stands in a file of the clinic's folder."""
        folder = self.folder and self.folder / Kind.PROGRAMS
        return bool(folder and (folder / f"{program}.yaml").exists())

    def of_code(self, code: str) -> Worksheet | None:
        """Return what a code stands for: a handout that was made here, or one of a list.

        Raises:
            HandoutError: if the program of the list can no longer be read.
        """
        if sheet := self.memory.of_code(code):
            return with_phases(self.library, sheet)
        if not _CODE.fullmatch(code):
            return None
        for each in self.lists.all:
            if row := each.row_of(self.library, code.upper()):
                return of_row(self.library, row, each.reading.mode, each.reading.paper)
        return None

    def printed(self, sheet: Worksheet, made: Made) -> Handout | None:
        """Return the file of a handout; remember what its code stands for, without its patient."""
        if made.order is None or made.handout is None:
            return None
        program = made.order.program
        notes = frozenset(item.note for item in program.prescriptions if item.note)
        own = notes if sheet.program == program.id else frozenset[str]()
        usual = usual_doses(self.library, sheet)
        self.memory.made(made.handout.code, sheet, own, usual)
        return made.handout

    @property
    def words(self) -> Words:
        """The desk's words, in the language of its first clinic when that could last be read."""
        # An error is shown on a page too, which needs words.
        with contextlib.suppress(HandoutError):
            _ = self.catalogue  # it finds out what the first clinic speaks
        return words_of(self._spoken)


def _stamps(folder: str | Path) -> Iterator[tuple[str, int]]:
    """Yield all files below a folder with their times of change; fast, for every request."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _stamps(entry.path)
            elif entry.is_file():
                yield entry.path, entry.stat().st_mtime_ns
