"""Turn the names of content into files; no other module asks for disk, fonts or the date.

A clinic's own folder is laid over the built-in content: a file with the same id replaces the
built-in one, and a new id adds one.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from typing_extensions import override

from handouts.errors import ContentError, Location, MissingError, Problem, did_you_mean
from handouts.files import real_path

_PACKAGE = Path(__file__).resolve().parent
_ID = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
_MB = 1024 * 1024
LOGO_BYTES = 2 * _MB
PHOTO_BYTES = 30 * _MB
PHOTOS = "photos"
"""The folder for a clinic's photographs, inside the clinic's folder."""
_SMALL = (
    "content files are a few kilobytes, logos under 2 MB, photographs under 30 MB: is this the "
    "right file?"
)


class Kind(StrEnum):
    """The kinds of content; the value is the name of the folder."""

    EXERCISES = "exercises"
    PROGRAMS = "programs"
    CLINICS = "clinics"
    LOCALES = "locales"
    LAYOUTS = "layouts"
    SAFETY = "safety"

    @property
    def noun(self) -> str:
        """The word for one of them in a message: ``exercise``."""
        return self.value if self is Kind.SAFETY else self.value.removesuffix("s")

    @property
    def plural(self) -> str:
        """The word for several of them in a message: ``exercises``."""
        return "safety texts" if self is Kind.SAFETY else self.value


EXTENDABLE = frozenset(Kind) - {Kind.CLINICS}
"""Kinds whose files may extend another one and give only the differences."""
SHARED = {Kind.SAFETY: "base"}
"""Files that are not content themselves, but only for others to extend."""


def _resources() -> Path:
    """Return the folder that contains ``data`` and ``layouts``: in the wheel, else the checkout."""
    packed = _PACKAGE / "resources"
    return packed if packed.is_dir() else _PACKAGE.parent


class Workspace:
    """Built-in content, with a clinic's own ``folder`` laid over it.

    The folder may contain ``exercises/``, ``programs/``, ``clinics/``, ``locales/``, ``safety/``,
    ``layouts/``, ``limits.yaml`` and ``reviews.yaml``. With ``keeps``, drawings of its own
    exercises may be stored in it.

    Raises:
        MissingError: if ``folder`` is given but is not a folder.
        ContentError: if ``today`` is not a date.
    """

    def __init__(
        self,
        folder: Path | str | None = None,
        *,
        today: dt.date | None = None,
        keeps: bool = True,
    ) -> None:
        if folder is not None and not Path(folder).is_dir():
            raise MissingError(
                f'there is no folder "{folder}"', hint="create one with handouts init"
            )
        if today is not None and not _is_date(today):
            hint = "datetime.date(2026, 12, 1)"
            raise ContentError(Problem("today must be a date", Location("Workspace"), hint))
        self.folder = None if folder is None else Path(folder)
        self.keeps = keeps
        self._today = today
        self._index: dict[Kind, dict[str, Path]] = {}

    @cached_property
    def today(self) -> dt.date:
        """Today's date where the program runs, or the given date; it never changes."""
        return self._today or dt.datetime.now().astimezone().date()

    def ids(self, kind: str) -> tuple[str, ...]:
        """Return the ids of all content of one `Kind`, sorted."""
        kind = Kind(kind)
        return tuple(sorted(self._files(kind).keys() - {SHARED.get(kind)}))

    def own_clinics(self) -> tuple[str, ...]:
        """Return the ids of the clinics in the clinic's own folder."""
        return tuple(
            name for name in self.ids(Kind.CLINICS) if self.is_own(self.find(Kind.CLINICS, name))
        )

    def find(self, kind: str, name: str) -> Path:
        """Return the file of an id: the clinic's own, else the built-in one.

        Raises:
            MissingError: if there is none; its hint has the closest id that exists. An id consists
                of letters, digits and hyphens, so that it can never lead out of its folder.
        """
        kind = Kind(kind)
        files = self._files(kind)
        if not _ID.fullmatch(name):
            hint = did_you_mean(as_id(name), files)
            if not hint.startswith("did"):
                hint = "an id is the file name without .yaml: letters, digits and hyphens"
            raise MissingError(f'"{name}" is not an id of {kind.noun}', hint)
        if name not in files:
            hint = did_you_mean(name, files)
            others = [other.plural for other in Kind if name in self._files(other)]
            if others and not hint.startswith("did"):
                hint = f"it is one of the {others[0]}; {hint}"
            raise MissingError(f'there is no {kind.noun} "{name}"', hint=hint)
        return files[name]

    def under(self, kind: str, path: Path) -> Path | None:
        """Return the built-in file that a clinic's own file replaces; None if there is none."""
        below = self.folders(kind)[0] / path.name
        return below if below != path and below.is_file() else None

    def is_own(self, path: Path) -> bool:
        """Return whether a content file is the clinic's own."""
        return self.folder is not None and path.is_relative_to(self.folder)

    def builtin(self, relative: str) -> Path:
        """Return a built-in file or folder by its path from the top (``data/templates``)."""
        return _resources() / relative

    def limits(self) -> tuple[Path, ...]:
        """Return the files of dose limits: the built-in one, then the clinic's own if any."""
        own = self.folder / "limits.yaml" if self.folder else None
        builtin = self.builtin("data/limits.yaml")
        return (builtin, own) if own and own.is_file() else (builtin,)

    def reviews(self) -> Path | None:
        """Return the path of the clinic's reviews, existing or not; None without a folder."""
        return self.folder / "reviews.yaml" if self.folder else None

    def words(self, language: str) -> Path:
        """Return the word lists for the plain-language checks of a language, else of English."""
        path = self.builtin(f"data/words/{language}.yaml")
        return path if path.is_file() else self.builtin("data/words/en.yaml")

    def originals(self, kind: str) -> tuple[Path, ...]:
        """Return all files of one `Kind`, including those that a clinic's own file replaces.

        The invented clinics are left out if there is a clinic's folder.
        """
        kind = Kind(kind)
        builtin, *own = self.folders(kind)
        folders = own if kind is Kind.CLINICS and own else (builtin, *own)
        return tuple(path for folder in folders for path in _yaml_files(folder))

    def mail(self, language: str, name: str) -> Path | None:
        """Return an e-mail text in one language: the clinic's own, else the built-in one.

        Raises:
            ContentError: if the clinic's own is a link that leads out of the clinic's folder.
        """
        own = (self.folder / "mail" / language / name,) if self.folder else ()
        places = (*own, self.builtin(f"data/mail/{language}/{name}"))
        found = next((path for path in places if path.is_file()), None)
        if found is not None:
            self._refuse_way_out(found)
        return found

    def translation(self, kind: str, path: Path, language: str) -> Path | None:
        """Return the translation of a file, which is beside it in a folder of its language.

        A clinic's own translation of a built-in file replaces the built-in translation.
        """
        kind = Kind(kind)
        beside = path.parent / language / path.name
        own = None
        if self.folder is not None and not (self.folder / kind / path.name).exists():
            own = self.folder / kind / language / path.name
        found = (each for each in (own, beside) if each is not None and each.is_file())
        return next(found, None)

    def font(self, file_name: str) -> Path:
        """Return a font file of the package: ``Handout-Bold.ttf``."""
        return _PACKAGE / "fonts" / file_name

    def logo(self, clinic: str, name: str) -> tuple[Path, bytes]:
        """Return the path and bytes of a clinic's logo, a file beside the clinic's YAML.

        Raises:
            MissingError: if the file does not exist.
            ContentError: if it is over 2 MB, cannot be read, or is a link that leads out of the
                clinic's folder.
        """
        path = self.find(Kind.CLINICS, clinic).parent / name
        self._refuse_way_out(path)
        return path, self.read(path, LOGO_BYTES)

    def _refuse_way_out(self, path: Path) -> None:
        """Refuse a link that would print or send a file from outside of the clinic's folder.

        Folders in it may be links, as to a folder that several clinics share.
        """
        folder = self.folder
        if folder is None or not self.is_own(path):
            return
        inside = (real_path(folder), real_path(path.parent))
        if not any(real_path(path).is_relative_to(each) for each in inside):
            message = "is a link that leads out of the clinic's folder"
            place = path.relative_to(folder).as_posix()
            raise ContentError(Problem(message, Location(place), "put a copy of the file there"))

    def photo_path(self, name: str) -> Path:
        """Return the path of one of the clinic's photographs.

        Raises:
            MissingError: if there is none of that name in the folder ``photos``.
        """
        folder = (self.folder or Path()) / PHOTOS
        path = folder / name
        known = self.photos
        if path not in known:
            listed = [each.relative_to(folder).as_posix() for each in known]
            hint = did_you_mean(name.removeprefix(f"{PHOTOS}/"), listed)
            hint = hint if known else f"put it into the folder {PHOTOS} of your clinic's folder"
            raise MissingError(f'there is no photograph "{name}"', hint=hint)
        return path

    @cached_property
    def photos(self) -> tuple[Path, ...]:
        """All files in the clinic's folder of photographs, except links that lead out of it."""
        folder = self.folder / PHOTOS if self.folder else None
        if folder is None or not folder.is_dir():
            return ()
        inside = real_path(folder)
        return tuple(
            path
            for path in sorted(folder.rglob("*"))
            if path.is_file() and real_path(path).is_relative_to(inside)
        )

    def photo(self, name: str) -> tuple[Path, bytes]:
        """Return the path and bytes of one of the clinic's photographs.

        Raises:
            MissingError: if there is none of that name.
            ContentError: if it is over 30 MB or cannot be read.
        """
        path = self.photo_path(name)
        return path, self.read(path, PHOTO_BYTES)

    def display(self, path: Path) -> str:
        """Return the short name of a file for messages, the same on every machine.

        A clinic's file is named from the clinic's folder, a built-in one from the top
        (``data/exercises/bridge.yaml``), and any other as given.
        """
        for root in filter(None, (self.folder, _resources())):
            try:
                return real_path(path).relative_to(real_path(root)).as_posix()
            except ValueError:
                continue
        return path.as_posix()

    def read(self, path: Path, limit: int) -> bytes:
        """Return the bytes of a file of at most ``limit`` bytes; a larger file is not read.

        Raises:
            MissingError: if there is no such file.
            ContentError: if it is not an ordinary file, too large, or cannot be read.
        """
        try:
            if not path.exists():
                hint = "check the name and the folder"
                raise MissingError(self._problem(path, "there is no such file", hint))
            if not path.is_file():
                hint = "name a file, not a folder"
                raise ContentError(self._problem(path, "is not a file", hint))
            size = path.stat().st_size
            if size > limit:
                has, most = f"{size / _MB:.1f} MB", f"{limit / _MB:g} MB"
                fault = f"the file has {has}, more than the {most} allowed"
                raise ContentError(self._problem(path, fault, _SMALL))
            with path.open("rb") as file:
                data = file.read(limit)
        except OSError as error:
            fault = f"the file cannot be read: {error.strerror}"
            raise ContentError(self._problem(path, fault, "check its permissions")) from None
        return data

    def _problem(self, path: Path, message: str, hint: str) -> Problem:
        return Problem(message, Location(self.display(path)), hint)

    def ignored(self, kind: str) -> tuple[Path, ...]:
        """Return files in the folders of one `Kind` that look like YAML but are not read."""
        return tuple(
            path
            for folder in self.folders(kind)
            if folder.is_dir()
            for path in sorted(folder.iterdir())
            if path.suffix != ".yaml" and path.suffix.lower() in (".yml", ".yaml")
        )

    def displayed(self, name: str) -> list[Path]:
        """Return the existing files with a short name: see `display`."""
        roots = filter(None, (self.folder, _resources()))
        return [path for root in roots if (path := root / name).exists()]

    def over(self, place: Path) -> Workspace | None:
        """Return the workspace that ``place`` belongs to: this one, or that of its own folder.

        ``place`` is a clinic's folder, or in it a content folder, a content file, ``limits.yaml``
        or ``reviews.yaml``. For anything else, such as a patient's file, return None.
        """
        root = _root_of(real_path(place))
        if root is None:
            return None
        known = {real_path(self.builtin("data")), real_path(self.builtin("."))}
        if root in known or (self.folder and root == real_path(self.folder)):
            return self
        return Workspace(root, today=self.today, keeps=False)

    def folders(self, kind: str) -> tuple[Path, ...]:
        """Return the folders of one `Kind`, the built-in one first."""
        own = Kind(kind).value
        builtin = self.builtin(own if own == Kind.LAYOUTS else f"data/{own}")
        return (builtin, self.folder / own) if self.folder else (builtin,)

    def _files(self, kind: Kind) -> dict[str, Path]:
        """Return the files of one kind by id, as they were at the first call."""
        found = self._index.get(kind)
        if found is None:
            found = self._index[kind] = {
                path.stem: path for folder in self.folders(kind) for path in _yaml_files(folder)
            }
        return found


class Unsaved(Workspace):
    """A workspace in which some files have other content than on the disk, or are not there yet.

    With it, files are checked before they are written.
    """

    def __init__(self, workspace: Workspace, files: Mapping[Path, bytes]) -> None:
        super().__init__(workspace.folder, today=workspace.today, keeps=False)
        self._new = files

    @cached_property
    @override
    def photos(self) -> tuple[Path, ...]:
        folder = (self.folder or Path()) / PHOTOS
        return (*super().photos, *(path for path in self._new if path.parent == folder))

    @override
    def read(self, path: Path, limit: int) -> bytes:
        other = self._new.get(path)
        return super().read(path, limit) if other is None else other

    @override
    def _files(self, kind: Kind) -> dict[str, Path]:
        folder = (self.folder or Path()) / kind
        new = {path.stem: path for path in self._new if path.parent == folder}
        return super()._files(kind) | new


def _yaml_files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("*.yaml")) if not path.name.startswith(".")]


def as_id(name: str) -> str:
    """Return a name as an id: ``SI joint: calm`` becomes si-joint-calm."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def _is_date(value: object) -> bool:
    """Return whether it is a day without a time."""
    return isinstance(value, dt.date) and not isinstance(value, dt.datetime)


def _root_of(place: Path) -> Path | None:
    """Return the folder that contains the content folders of ``place``; None if there is none."""
    kinds = {kind.value for kind in Kind}
    folder = place if place.is_dir() else place.parent
    if place.is_dir() and any((place / kind).is_dir() for kind in kinds):
        return place
    if folder.name in kinds:
        return folder.parent
    return folder if place.name in ("limits.yaml", "reviews.yaml") else None
