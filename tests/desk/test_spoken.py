"""What is wrong is said in the clinic's language too: mistakes of each kind, at a Spanish desk."""

from __future__ import annotations

import csv
import html
import io
import re
import time
from collections.abc import Iterator

import httpx
import pytest

from handouts.desk.language import words_of
from handouts.desk.views import translated
from tests.desk.conftest import RunningDesk, make_clinic_folder

pytestmark = pytest.mark.enable_socket
ENGLISH = re.compile(r'<span lang="en">(.*?)</span>')
"""What has no words in the desk's language is marked, for who hears it read."""

DOSES = {
    "lots": "no se entiende como dosis escríbala así",
    "0 x 10": "series: debe ser al menos 1",
    "2 x 999": "repeticiones: 999 el límite es 30",
    "hold 500 s": "mantener: 500 s el límite es 60 s",
    "2 x 10, 9 days a week": "días por semana: debe ser como máximo 7",
    "2 x 10, 3 times a day, in the morning": "momentos del día: 1 veces al día: 3",
    "2 x 10, mon and tue, 5 days a week": "días nombrados: 2 días por semana: 5",
    "20 min walk": "pero este ejercicio cuenta repeticiones",
    "2 x 10, RPE 20": "esfuerzo: debe estar en su escala, de 0 a 10",
    "2 x 10, hold 5 min": "mantener 5 minutos ¿son 5 s?",
    "2 x 10, from week 9: 3 x 10": "hay una dosis desde la semana 9, pero el programa tiene",
}
PEOPLE = {
    ("name", "x" * 900): "puede tener como máximo 400 letras, no 900",
    ("name", "\u202e"): "el carácter U+202E no se puede imprimir",
    ("start", "soon"): "Primer día: debe ser una fecha escríbala así: 2026-12-01",
    ("start", "2062-01-01"): "el primer día es dentro de más de medio año corríjala",
    ("next_visit", "2020-01-01"): "la próxima visita es un día que ya pasó",
    ("start", "3/4/2026"): "puede leerse como día/mes o como mes/día escríbala así",
    ("next_visit", "2026-12-01 25:99"): "debe tener una hora como 14:30",
    ("note", "x" * 5000): "puede tener como máximo 1200 letras, no 5000",
}
ROWS = {
    ("reference", ""): "falta su propio número para el paciente",
    ("affected_side", "tail"): "“lado con dolor”: debe ser left (izquierdo)",
    ("start_date", "3/4/2026"): "diga en “Una fecha como 3/4/2026” cómo se lee",
    (
        "program",
        "si-joint-calmm",
    ): 'programa: no existe con ese nombre ¿quiso decir "si-joint-calm"?',
    ("program", "zzz"): "y 24 más",
    ("program", "balance-build"): "elija así: 1,3 (en la columna de los ejercicios)",
    ("program", ""): "programa: está en blanco",
    ("exercises", "99"): "si-joint-calm no tiene el ejercicio",
    ("from_week", "99"): "debe ser una semana del programa, de 1 a",
    ("email", "a b"): "debe ser una sola dirección de correo",
    ("email_consent", "maybe"): "debe ser yes (sí) o no, con el día",
    ("password", "x"): "“contraseña”: debe tener al menos 8 letras o cifras",
    ("status", "blorb"): "“estado”: no es uno de los que se conocen",
    ("dose:knee-drop", "lots"): "dosis de knee-drop: no se entiende como dosis",
    ("name", "#N/A"): "contiene #N/A, un error de la hoja de cálculo",
}
LISTS = {
    b"%PDF-1.4": "el archivo es un PDF exporte la lista como CSV o XLSX",
    b"PK\x03\x04": "el libro de cálculo no se puede leer",
    "reference,name\n1,N\u00fa\u00f1ez\n".encode("latin-1"): "el archivo no es un texto en UTF-8",
    b"a,b\n1,2\n": "no se sabe qué columna tiene el número del paciente elija “su propio número”",
    b"reference,name,patient name\n1,a,b\n": "2 columnas pueden ser “nombre”",
    b"reference,name\n1,a,b,c\n": "la fila tiene 4 celdas, el encabezado 2",
    b'reference,name\n1,"a\n2,b\n': "una comilla no se cierra",
    b"reference,name,emial\n1,a,b\n": "¿quiso decir “correo electrónico”? Elíjalo",
}
MAILS = {
    ("a@gmail.com", "yes"): "el consentimiento para el correo dice yes sin el día",
    (
        "b@gmail.com",
        "no",
    ): "el archivo no lleva contraseña, y el consentimiento para el correo dice",
    ("c@gmail.com", ""): "ponga una contraseña en la lista",
    ("d@gmail.com", "yes 2099-01-01"): "que aún no llega corrija el día",
    ("", "yes 2020-01-01"): "1 no se envía: sin dirección de correo",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Return who uses the desk of a clinic in Spanish."""
    folder = make_clinic_folder(tmp_path_factory.mktemp("clinic"))
    file = folder / "clinics" / "riverbend.yaml"
    text = re.sub(r"locale: .*", "locale: es-US", file.read_text("utf-8"))
    file.write_text(f"{text}\nmail: {{from: a@riverbend.example, transport: folder}}\n", "utf-8")
    with RunningDesk(folder) as desk, desk.client() as client:
        client.follow_redirects = True
        yield client


def read(page: httpx.Response) -> str:
    """Return the words of a page, which has none in English."""
    assert ENGLISH.findall(page.text) == []
    said = html.unescape(re.sub(r"<[^>]*>", " ", page.text)).replace(";", " ")
    return " ".join(said.split())


def test_mistakes_in_a_handout(client: httpx.Client) -> None:
    begun = client.post("/handout", data={"program": "si-joint-calm", "clinic": "riverbend"})
    item = re.findall(r'data-item="([^"]+)"', begun.text)[0]
    address = begun.url.path
    for dose, said in DOSES.items():
        page = client.post(f"{address}/item", data={"item": item, "dose": dose})
        assert said in read(page), dose
    client.post(f"{address}/item", data={"item": item, "dose": ""})
    for (field, typed), said in PEOPLE.items():
        page = client.post(f"{address}/person", data={field: typed})
        assert said in read(page), field
        client.post(f"{address}/person", data={field: ""})
    page = client.post(f"{address}/item", data={"item": item, "side": "left", "note": "x" * 500})
    assert "“nota”: puede tener como máximo 400 letras, no 500 acórtelo" in read(page)
    other = client.post("/handout", data={"program": "si-joint-mix", "clinic": "riverbend"})
    assert "9 ejercicios si-joint-mix prevé como máximo 6 para un paciente" in read(other)


def bring(client: httpx.Client, content: bytes) -> httpx.Response:
    program = {"program": "si-joint-calm"}
    return client.post("/patients", data=program, files={"list": ("list.csv", content)})


def test_mistakes_in_a_list(client: httpx.Client) -> None:
    usual = {"reference": "", "program": "si-joint-calm"}
    columns = dict.fromkeys(["reference", "program", *(column for column, _ in ROWS)])
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns)
    writer.writeheader()
    for number, (column, typed) in enumerate(ROWS):
        writer.writerow({**usual, "reference": f"R-{number}", column: typed})
    found = read(client.post("/patients", files={"list": ("list.csv", stream.getvalue())}))
    for said in ROWS.values():
        assert said in found
    for content, said in LISTS.items():
        assert said in read(bring(client, content)), content


def test_why_mails_are_not_sent(client: httpx.Client) -> None:
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
        assert said in found


def test_mistakes_in_the_clinic_and_an_exercise(client: httpx.Client) -> None:
    clinic = {"name": "Riverbend", "phone": "1", "emergency_number": "911"}
    wrong = {**clinic, "primary": "red"}
    assert "“Color principal”: debe ser un color como #0f7c8a" in read(
        client.post("/clinic/riverbend", data=wrong, files={"logo": ("", b"")})
    )
    exercise = {"name": "Uno", "steps": "Baje.", "dosage": "lots", "figure": "", "kind": "strength"}
    page = client.post("/clinic/exercise", data=exercise, files={"photo": ("", b"")})
    found = read(page)
    assert "falta “Posición”" in found
    assert '"lots" no se entiende en una dosis' in found

    # What a picture shows wrongly is said of parts of the body.
    whole = {
        "name": "Estirar la espalda", "position": "de pie", "purpose": "Estira la espalda.",
        "steps": "Póngase de pie.\nInclínese. {repeat}", "feel_it": "la espalda.",
        "watch_out": "no se caiga.", "dosage": "2 x 10", "kind": "strength", "dose_kind": "reps",
        "sides": "both", "limb": "leg", "region-low-back": "on",
        "figure": "works: both\nstart: {step: 1, base: standing}\n"
        "end: {step: 2, base: standing, lumbar: -78}",
    }  # fmt: skip
    found = read(client.post("/clinic/exercise", data=whole, files={"photo": ("", b"")}))
    assert "flexión de -78 grados en el tronco" in found, found


FIGURES = {
    "start: {base: nowhere}\nworks: both": "“base”: debe ser uno de estos: standing,",
    "start: {base: standing, lean: far}\nworks: both": "“lean”: debe ser un número, no",
    "works: both": "falta start escriba start",
    "start: [": "un [ o { no se cierra",
    "start: *here": "una palabra después de * que no se definió antes",
    "works: both\n---\nworks: both": "aquí empieza un segundo documento",
    "- step: 1": "debe haber nombres con valores, no una lista",
}
LOGOS = {
    '<text x="1" y="9">A</text>': "un texto, que no se puede dibujar convierta el texto en",
    '<image href="https://a.example/b.png"/>': "el SVG usa algo de otro archivo o de internet",
    '<rect width="9" height="9" fill="url(#a)"/>': "fill con un degradado o una trama",
    '<path d="M0"/>': "a los datos de un trazado les falta un número",
    "": "del SVG no se ve nada",
}


def test_mistakes_in_figures_and_logos(client: httpx.Client) -> None:
    for figure, said in FIGURES.items():
        assert said in read(client.post("/clinic/draw", data={"figure": figure})), figure
    # A picture with faults is drawn, with what it shows wrongly.
    figure = "works: both\nend: {base: standing, lean: 60, right_knee: 90, lumbar: -78}\n"
    typed = {"figure": f"{figure}start: {{step: 9, base: standing}}", "steps": "Baje."}
    page = client.post("/clinic/draw", data=typed)
    assert "<svg" in page.text
    for said in ("flexión de -78 grados en el tronco", "el cuerpo se caería", "hay 1 pasos"):
        assert said in read(page)
    for drawn, said in LOGOS.items():
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10">{drawn}</svg>'
        clinic = {"name": "Riverbend", "phone": "1", "emergency_number": "911"}
        page = client.post(
            "/clinic/riverbend", data=clinic, files={"logo": ("a.svg", svg.encode())}
        )
        assert said in read(page), drawn


def test_english_is_marked_where_words_are_missing() -> None:
    assert ENGLISH.findall(translated("<b> has no words", words_of("es"))) == [
        "&lt;b&gt; has no words"
    ]
