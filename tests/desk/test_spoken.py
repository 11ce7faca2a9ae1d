"""What is wrong is said in the clinic's language too: mistakes of each kind, at desks in each."""

from __future__ import annotations

import csv
import html
import io
import re
import time
from collections.abc import Iterator

import httpx
import pytest

from handouts.check.review import review_command
from handouts.desk.language import USUAL, languages, words_of
from handouts.desk.views import on_page, translated
from tests.desk.conftest import LOCALES, RunningDesk, make_clinic_folder

pytestmark = [pytest.mark.enable_socket, pytest.mark.slow]
ENGLISH = re.compile(r'<span lang="en">(.*?)</span>')
"""What has no words in the desk's language is marked, for who hears it read."""

DOSES = {
    "lots": {
        "es": "no se entiende como dosis escríbala así",
        "de": "ist als Dosierung nicht zu verstehen schreiben Sie sie so",
    },
    "0 x 10": {
        "es": "series: debe ser al menos 1",
        "de": "Sätze: nötig ist mindestens 1",
    },
    "2 x 999": {
        "es": "repeticiones: 999 el límite es 30",
        "de": "Wiederholungen: 999 die Grenze ist 30",
    },
    "hold 500 s": {
        "es": "mantener: 500 s el límite es 60 s",
        "de": "Halten: 500 s die Grenze ist 60 s",
    },
    "2 x 10, 9 days a week": {
        "es": "días por semana: debe ser como máximo 7",
        "de": "Tage pro Woche: nötig ist höchstens 7",
    },
    "2 x 10, 3 times a day, in the morning": {
        "es": "momentos del día: 1 veces al día: 3",
        "de": "Tageszeiten: 1, Mal am Tag: 3",
    },
    "2 x 10, mon and tue, 5 days a week": {
        "es": "días nombrados: 2 días por semana: 5",
        "de": "genannte Tage: 2, Tage pro Woche: 5",
    },
    "20 min walk": {
        "es": "pero este ejercicio cuenta repeticiones",
        "de": "aber diese Übung zählt Wiederholungen",
    },
    "2 x 10, RPE 20": {
        "es": "esfuerzo: debe estar en su escala, de 0 a 10",
        "de": "Anstrengung: muss auf der Skala liegen, von 0 bis 10",
    },
    "2 x 10, hold 5 min": {
        "es": "mantener 5 minutos ¿son 5 s?",
        "de": "5 Minuten halten sind es 5 s?",
    },
    "2 x 10, from week 9: 3 x 10": {
        "es": "hay una dosis desde la semana 9, pero el programa tiene",
        "de": "eine Dosierung ab Woche 9, aber das Programm hat",
    },
}
PEOPLE = {
    ("name", "x" * 900): {
        "es": "puede tener como máximo 400 letras, no 900",
        "de": "möglich sind höchstens 400 Zeichen, nicht 900",
    },
    ("name", "\u202e"): {
        "es": "el carácter U+202E no se puede imprimir",
        "de": "das Zeichen U+202E lässt sich nicht drucken",
    },
    ("start", "soon"): {
        "es": "Primer día: debe ser una fecha escríbala así: 2026-12-01",
        "de": "Erster Tag: nötig ist ein Datum schreiben Sie es so: 1.12.2026",
    },
    ("start", "2062-01-01"): {
        "es": "el primer día es dentro de más de medio año corríjala",
        "de": "der erste Tag ist in mehr als einem halben Jahr berichtigen",
    },
    ("next_visit", "2020-01-01"): {
        "es": "la próxima visita es un día que ya pasó",
        "de": "der nächste Termin ist ein Tag, der vorbei ist",
    },
    ("start", "3/4/2026"): {
        "es": "puede leerse como día/mes o como mes/día escríbala así",
        "de": "kann als Tag/Monat oder als Monat/Tag gelesen werden schreiben Sie es so",
    },
    ("next_visit", "2026-12-01 25:99"): {
        "es": "debe tener una hora como 14:30",
        "de": "nötig ist eine Uhrzeit wie 14:30",
    },
    ("note", "x" * 5000): {
        "es": "puede tener como máximo 1200 letras, no 5000",
        "de": "möglich sind höchstens 1200 Zeichen, nicht 5000",
    },
}
LONG_NOTE = {
    "es": "“nota”: puede tener como máximo 400 letras, no 500 acórtelo",
    "de": "„Notiz auf dem Blatt“: möglich sind höchstens 400 Zeichen, nicht 500 kürzen Sie es",
}
MANY = {
    "es": "9 ejercicios si-joint-mix prevé como máximo 6 para un paciente",
    "de": "9 Übungen, von denen si-joint-mix höchstens 6 für eine Person vorsieht",
}
ROWS = {
    ("reference", ""): {
        "es": "falta su propio número para el paciente",
        "de": "die eigene Nummer fehlt",
    },
    ("affected_side", "tail"): {
        "es": "“lado con dolor”: debe ser left (izquierdo)",
        "de": "„Schmerzseite“: nötig ist links, rechts oder beide",
    },
    ("start_date", "3/4/2026"): {
        "es": "diga en “Una fecha como 3/4/2026” cómo se lee",
        "de": "wählen Sie unter „Ein Datum wie 3/4/2026“, wie es zu lesen ist",
    },
    (
        "program",
        "si-joint-calmm",
    ): {
        "es": 'programa: no existe con ese nombre ¿quiso decir "si-joint-calm"?',
        "de": "Programm: gibt es unter diesem Namen nicht meinten Sie „si-joint-calm“?",
    },
    ("program", "zzz"): {
        "es": "y 24 más",
        "de": "und 24 weitere",
    },
    ("program", "balance-build"): {
        "es": "elija así: 1,3 (en la columna de los ejercicios)",
        "de": "wählen Sie so: 1,3 (in der Spalte der Übungen)",
    },
    ("program", ""): {
        "es": "programa: está en blanco",
        "de": "Programm: ist leer",
    },
    ("exercises", "99"): {
        "es": "si-joint-calm no tiene el ejercicio",
        "de": "si-joint-calm hat keine Übung",
    },
    ("from_week", "99"): {
        "es": "debe ser una semana del programa, de 1 a",
        "de": "nötig ist eine Woche des Programms, von 1 bis",
    },
    ("email", "a b"): {
        "es": "debe ser una sola dirección de correo",
        "de": "nötig ist eine einzige E-Mail-Adresse",
    },
    ("email_consent", "maybe"): {
        "es": "debe ser yes (sí) o no, con el día",
        "de": "nötig ist ja oder nein, mit dem Tag schreiben Sie es so: ja 1.12.2026",
    },
    ("password", "x"): {
        "es": "“contraseña”: debe tener al menos 8 letras o cifras",
        "de": "„Passwort“: nötig sind mindestens 8 Zeichen",
    },
    ("status", "blorb"): {
        "es": "“estado”: no es uno de los que se conocen",
        "de": "„Status“: ist nicht bekannt",
    },
    ("dose:knee-drop", "lots"): {
        "es": "dosis de knee-drop: no se entiende como dosis",
        "de": "Dosierung von knee-drop: ist als Dosierung nicht zu verstehen",
    },
    ("name", "#N/A"): {
        "es": "contiene #N/A, un error de la hoja de cálculo",
        "de": "enthält #N/A, einen Fehler der Tabelle",
    },
}
LISTS = {
    b"%PDF-1.4": {
        "es": "el archivo es un PDF exporte la lista como CSV o XLSX",
        "de": "die Datei ist ein PDF geben Sie die Liste als CSV oder XLSX aus",
    },
    b"PK\x03\x04": {
        "es": "el libro de cálculo no se puede leer",
        "de": "die Arbeitsmappe kann nicht gelesen werden",
    },
    "reference,name\n1,N\u00fa\u00f1ez\n".encode("latin-1"): {
        "es": "el archivo no es un texto en UTF-8",
        "de": "die Datei ist kein Text in UTF-8",
    },
    b"a,b\n1,2\n": {
        "es": "no se sabe qué columna tiene el número del paciente elija “su propio número”",
        "de": "welche Spalte die eigene Nummer hat wählen Sie „eigene Nummer“ für ihre Spalte",
    },
    b"reference,name,patient name\n1,a,b\n": {
        "es": "2 columnas pueden ser “nombre”",
        "de": "2 Spalten können „Name“ sein",
    },
    b"reference,name\n1,a,b,c\n": {
        "es": "la fila tiene 4 celdas, el encabezado 2",
        "de": "die Zeile hat 4 Zellen, die Kopfzeile 2",
    },
    b'reference,name\n1,"a\n2,b\n': {
        "es": "una comilla no se cierra",
        "de": "ein Anführungszeichen wird nicht geschlossen",
    },
    b"reference,name,emial\n1,a,b\n": {
        "es": "¿quiso decir “correo electrónico”? Elíjalo",
        "de": "meinten Sie „E-Mail“? Dann wählen Sie es",
    },
}
MAILS = {
    ("a@gmail.com", "yes"): {
        "es": "el consentimiento para el correo dice yes sin el día",
        "de": "die Einwilligung zur E-Mail sagt ja ohne den Tag",
    },
    (
        "b@gmail.com",
        "no",
    ): {
        "es": "el archivo no lleva contraseña, y el consentimiento para el correo dice",
        "de": "die Datei hat kein Passwort, und die Einwilligung zur E-Mail sagt",
    },
    ("c@gmail.com", ""): {
        "es": "ponga una contraseña en la lista",
        "de": "schreiben Sie ein Passwort in die Liste",
    },
    ("d@gmail.com", "yes 2099-01-01"): {
        "es": "que aún no llega corrija el día",
        "de": "einem Tag, der noch kommt berichtigen Sie den Tag",
    },
    ("", "yes 2020-01-01"): {
        "es": "1 no se envía: sin dirección de correo",
        "de": "1 wird nicht gesendet: keine E-Mail-Adresse",
    },
}


@pytest.fixture(scope="module", params=[each for each in languages() if each != USUAL])
def language(request: pytest.FixtureRequest) -> str:
    """Return each language of the desk but English, which needs no words for messages."""
    return str(request.param)


@pytest.fixture(scope="module")
def client(language: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Return who uses the desk of a clinic in a language."""
    folder = make_clinic_folder(tmp_path_factory.mktemp("clinic"), locale=LOCALES[language])
    with (folder / "clinics" / "riverbend.yaml").open("a", encoding="utf-8") as file:
        file.write("\nmail: {from: a@riverbend.example, transport: folder}\n")
    with RunningDesk(folder) as desk, desk.client() as client:
        client.follow_redirects = True
        yield client


def read(page: httpx.Response) -> str:
    """Return the words of a page, which has none in English."""
    assert ENGLISH.findall(page.text) == []
    assert ".;" not in page.text
    said = html.unescape(re.sub(r"<[^>]*>", " ", page.text)).replace(";", " ")
    return " ".join(said.split())


def test_mistakes_in_a_handout(client: httpx.Client, language: str) -> None:
    begun = client.post("/handout", data={"program": "si-joint-calm", "clinic": "riverbend"})
    item = re.findall(r'data-item="([^"]+)"', begun.text)[0]
    address = begun.url.path
    for dose, said in DOSES.items():
        page = client.post(f"{address}/item", data={"item": item, "dose": dose})
        assert said[language] in read(page), dose
    client.post(f"{address}/item", data={"item": item, "dose": ""})
    for (field, typed), said in PEOPLE.items():
        page = client.post(f"{address}/person", data={field: typed})
        assert said[language] in read(page), field
        client.post(f"{address}/person", data={field: ""})
    page = client.post(f"{address}/item", data={"item": item, "side": "left", "note": "x" * 500})
    assert LONG_NOTE[language] in read(page)
    other = client.post("/handout", data={"program": "si-joint-mix", "clinic": "riverbend"})
    assert MANY[language] in read(other)


def bring(client: httpx.Client, content: bytes) -> httpx.Response:
    program = {"program": "si-joint-calm"}
    return client.post("/patients", data=program, files={"list": ("list.csv", content)})


def test_mistakes_in_a_list(client: httpx.Client, language: str) -> None:
    usual = {"reference": "", "program": "si-joint-calm"}
    columns = dict.fromkeys(["reference", "program", *(column for column, _ in ROWS)])
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns)
    writer.writeheader()
    for number, (column, typed) in enumerate(ROWS):
        writer.writerow({**usual, "reference": f"R-{number}", column: typed})
    found = read(client.post("/patients", files={"list": ("list.csv", stream.getvalue())}))
    for said in ROWS.values():
        assert said[language] in found
    for content, said in LISTS.items():
        assert said[language] in read(bring(client, content)), content


def test_why_mails_are_not_sent(client: httpx.Client, language: str) -> None:
    rows = [
        f"M-{number},Testa Nummer,left,{email},{consent}\n"
        for number, (email, consent) in enumerate(MAILS)
    ]
    header = "reference,name,affected side,email,email consent\n"
    address = bring(client, (header + "".join(rows)).encode()).url.path
    for work in ("make", "mails"):
        page = client.post(f"{address}/{work}")
        until = time.monotonic() + 60
        while 'data-running="1"' in page.text and time.monotonic() < until:
            time.sleep(0.2)
            page = client.get(address)
    found = read(page)
    for said in MAILS.values():
        assert said[language] in found


NO_COLOUR = {
    "es": "“Color principal”: debe ser un color como #0f7c8a",
    "de": "„Hauptfarbe“: nötig ist eine Farbe wie #0f7c8a",
}
NO_EXERCISE = (
    {"es": "Posición: Complete este campo.", "de": "Position: Bitte ausfüllen."},
    {
        "es": '"lots" no se entiende en una dosis',
        "de": '"lots" ist in einer Dosierung nicht zu verstehen',
    },
)
EXERCISE = {
    "name": {"es": "Estirar la espalda", "de": "Rücken dehnen"},
    "position": {"es": "de pie", "de": "im Stehen"},
    "purpose": {"es": "Estira la espalda.", "de": "Dehnt den Rücken."},
    "steps": {
        "es": "Póngase de pie.\nInclínese. {repeat}",
        "de": "Stellen Sie sich hin.\nBeugen Sie sich. {repeat}",
    },
    "feel_it": {"es": "la espalda.", "de": "den Rücken."},
    "watch_out": {"es": "no se caiga.", "de": "fallen Sie nicht."},
}


def test_mistakes_in_the_clinic_and_an_exercise(client: httpx.Client, language: str) -> None:
    clinic = {"name": "Riverbend", "phone": "1", "emergency_number": "911"}
    wrong = {**clinic, "primary": "red"}
    found = read(client.post("/clinic/riverbend", data=wrong, files={"logo": ("", b"")}))
    assert NO_COLOUR[language] in found
    exercise = {"name": "Uno", "steps": "Baje.", "dosage": "lots", "figure": "", "kind": "strength"}
    page = client.post("/clinic/exercise", data=exercise, files={"photo": ("", b"")})
    for said in NO_EXERCISE:
        assert said[language] in read(page)
    example = re.findall(r'id="figure"[^>]*>([^<]*)', client.get("/clinic/exercise").text)
    exercise["figure"] = html.unescape(example[0])
    page = client.post("/clinic/exercise", data=exercise, files={"photo": ("", b"")})
    assert words_of(language)("exercise_example") in read(page)

    # What a picture shows wrongly is said of parts of the body.
    whole = {
        **{name: said[language] for name, said in EXERCISE.items()},
        "dosage": "2 x 10", "kind": "strength", "dose_kind": "reps", "sides": "both", "limb": "leg",
        "region-low-back": "on",
        "figure": "works: both\nstart: {step: 1, base: standing}\n"
        "end: {step: 2, base: standing, lumbar: -78}",
    }  # fmt: skip
    found = read(client.post("/clinic/exercise", data=whole, files={"photo": ("", b"")}))
    assert BENT[language] in found


BENT = {"es": "flexión de -78 grados en el tronco", "de": "Flexion von -78 Grad: der Rumpf"}
FALLING = {"es": "el cuerpo se caería", "de": "der Körper würde fallen"}
ONE_STEP = {"es": "hay 1 pasos", "de": "es gibt 1 Schritte"}
FIGURES = {
    "start: {base: nowhere}\nworks: both": {
        "es": "“base”: debe ser uno de estos: standing,",
        "de": "„base“: nötig ist eines von diesen: standing,",
    },
    "start: {base: standing, lean: far}\nworks: both": {
        "es": "“lean”: debe ser un número, no",
        "de": "„lean“: nötig ist eine Zahl, nicht",
    },
    "start: {base: standing, rest: {hand: 1}}\nworks: both": {
        "es": '"hand" no es un punto de contacto del cuerpo ¿quiso decir',
        "de": '"hand" ist kein Berührungspunkt des Körpers meinten Sie',
    },
    "works: both": {
        "es": "falta start escriba start",
        "de": "es fehlt start schreiben Sie start",
    },
    "start: [": {
        "es": "un [ o { no se cierra",
        "de": "ein [ oder { wird nicht geschlossen",
    },
    "start: *here": {
        "es": "una palabra después de * que no se definió antes",
        "de": "ein Wort nach *, das vorher nicht festgelegt wurde",
    },
    "works: both\n---\nworks: both": {
        "es": "aquí empieza un segundo documento",
        "de": "hier beginnt ein zweites Dokument",
    },
    "- step: 1": {
        "es": "debe haber nombres con valores, no una lista",
        "de": "nötig sind Namen mit Werten, nicht eine Liste",
    },
}
LOGOS = {
    '<text x="1" y="9">A</text>': {
        "es": "un texto, que no se puede dibujar convierta el texto en",
        "de": "etwas, das sich nicht zeichnen lässt: ein Text wandeln Sie den Text in",
    },
    '<image href="https://a.example/b.png"/>': {
        "es": "el SVG usa algo de otro archivo o de internet",
        "de": "das SVG benutzt etwas aus einer anderen Datei oder dem Internet",
    },
    '<rect width="9" height="9" fill="url(#a)"/>': {
        "es": "fill con un degradado o una trama",
        "de": "fill mit einem Verlauf oder Muster",
    },
    '<path d="M0"/>': {
        "es": "a los datos de un trazado les falta un número",
        "de": "in den Daten eines Pfads fehlt eine Zahl",
    },
    "": {
        "es": "del SVG no se ve nada",
        "de": "vom SVG ist nichts zu sehen",
    },
}


def test_mistakes_in_figures_and_logos(client: httpx.Client, language: str) -> None:
    for figure, said in FIGURES.items():
        assert said[language] in read(client.post("/clinic/draw", data={"figure": figure})), figure
    # A picture with faults is drawn, with what it shows wrongly.
    figure = "works: both\nend: {base: standing, lean: 60, right_knee: 90, lumbar: -78}\n"
    typed = {"figure": f"{figure}start: {{step: 9, base: standing}}", "steps": "Baje."}
    page = client.post("/clinic/draw", data=typed)
    assert "<svg" in page.text
    for said in (BENT, FALLING, ONE_STEP):
        assert said[language] in read(page)
    for drawn, said in LOGOS.items():
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10">{drawn}</svg>'
        clinic = {"name": "Riverbend", "phone": "1", "emergency_number": "911"}
        page = client.post(
            "/clinic/riverbend", data=clinic, files={"logo": ("a.svg", svg.encode())}
        )
        assert said[language] in read(page), drawn


def test_a_page_of_the_desk_stands_in_the_place_of_a_command(language: str) -> None:
    """The command that reviews a program names the language of its texts, if it is not English."""
    words = words_of(language)
    command = review_command("si-joint-calm", "riverbend", LOCALES[language])
    hint = (
        f"{command} records a review; then run the batch again with --resume; or use --send-drafts"
    )
    shown = on_page(hint, words)
    assert words("review_title") in shown
    assert words("mail_drafts") in shown
    assert "--" not in shown


def test_english_is_marked_where_words_are_missing(language: str) -> None:
    assert ENGLISH.findall(translated("<b> has no words", words_of(language))) == [
        "&lt;b&gt; has no words"
    ]
