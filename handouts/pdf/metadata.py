"""Turn facts about a handout into Info, XMP and output intent; they hold no patient data.

``srgb.icc`` is an sRGB profile (IEC 61966-2-1), made by ``tools/profile.py`` with the LittleCMS
inside Pillow, its date of creation set to a fixed day.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

from msgspec import Struct

from handouts.pdf.document import Document
from handouts.pdf.objects import Encoded, Name, Ref, compressed

PRODUCER = "handouts"
_CONDITION = "sRGB IEC61966-2.1"
_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
"""What may not stand in the text of XML (`html` would bring a table of 2,231 names)."""

_EXTENSION = """<rdf:Description rdf:about=""\
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"\
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"\
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>part of ISO 14289</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>
</rdf:Description>
"""
"""PDF/A-2a knows no PDF/UA: its schema has to be described (ISO 19005-2, 6.6.2.3)."""


class About(Struct, frozen=True):
    """Facts about a handout. ``archival``: it claims PDF/A-2a beside PDF/UA-1."""

    title: str
    author: str
    subject: str
    language: str
    made: dt.date
    archival: bool

    def info(self) -> dict[str, str]:
        """The entries of the Info dictionary; midnight, universal time, for lack of a clock."""
        date = f"D:{self.made:%Y%m%d}000000Z"
        return {
            "Title": self.title,
            "Author": self.author,
            "Subject": self.subject,
            "Creator": PRODUCER,
            "Producer": PRODUCER,
            "CreationDate": date,
            "ModDate": date,
        }

    def xmp(self) -> bytes:
        """The same as an XMP packet, with what the file conforms to."""
        said = (self.title, self.author, self.subject)
        title, author, subject = (text.translate(_ESCAPED) for text in said)
        date = f"{self.made:%Y-%m-%d}T00:00:00Z"
        packet = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">\
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"\
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"\
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>{self.language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>{PRODUCER}</xmp:CreatorTool>
<xmp:CreateDate>{date}</xmp:CreateDate><xmp:ModifyDate>{date}</xmp:ModifyDate>
<pdf:Producer>{PRODUCER}</pdf:Producer>
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
{_EXTENSION if self.archival else ""}</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
        return packet.encode()


@cache
def _profile() -> Encoded:
    return compressed(Path(__file__).with_name("srgb.icc").read_bytes(), {"N": 3})


def output_intent(file: Document) -> Ref:
    """Add the profile of the colours: sRGB (ISO 19005-2, 6.2.3)."""
    return file.add(
        {
            "Type": Name("OutputIntent"),
            "S": Name("GTS_PDFA1"),
            "OutputConditionIdentifier": _CONDITION,
            "Info": _CONDITION,
            "DestOutputProfile": file.add(_profile()),
        }
    )
