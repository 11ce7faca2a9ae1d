"""What real logos use: drawings that are to look as elsewhere, and those that are refused."""

# ruff: noqa: E501 - a drawing is read best on one line

from __future__ import annotations

HEAD = (
    'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" '
    'xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"'
)
STAR = "M50 5 L79 95 L2 39 L98 39 L21 95 Z"
RECT = '<rect x="10" y="20" width="60" height="50" fill="#0d6672"/>'
LINE = "M15 80 L50 15 L85 80"


def svg(inside: str, attributes: str = 'viewBox="0 0 100 100" width="100" height="100"') -> str:
    """A whole file round some elements."""
    return f"<svg {HEAD} {attributes}>{inside}</svg>"


def _line(attributes: str, d: str = LINE) -> str:
    return svg(f'<path d="{d}" fill="none" stroke="#903e2f" stroke-width="12" {attributes}/>')


DRAWN = {
    # shapes
    "rectangle": svg(RECT),
    "rounded rectangle": svg('<rect x="10" y="20" width="80" height="50" rx="30" ry="12"/>'),
    "one radius": svg('<rect x="10" y="20" width="80" height="50" rx="40"/>'),
    "circle and ellipse": svg('<circle cx="30" cy="40" r="25"/><ellipse cx="70" cy="70" rx="25" ry="12" fill="teal"/>'),
    "lines": svg('<line x1="10" y1="10" x2="90" y2="60" stroke="red" stroke-width="6"/><polyline points="10,90 50,50 90,90" fill="none" stroke="navy" stroke-width="5"/>'),
    "polygon": svg('<polygon points="50,5 95,95 5 95"/>'),
    "percent": svg('<rect x="10%" y="20%" width="50%" height="30%"/><circle cx="70%" cy="75%" r="20%"/>', 'viewBox="0 0 100 80"'),
    "units": svg('<rect x="5mm" y="1cm" width="30pt" height="0.3in"/>', 'viewBox="0 0 150 100"'),
    # path data
    "smooth curves": svg('<path d="M10 50 C20 10 40 10 50 50 S80 90 90 50 L90 95 10 95z"/>'),
    "quadratics": svg('<path d="m5 50 q20 -60 40 0 t45 0 v40 h-85z" fill="#444"/>'),
    "arcs": svg('<path d="M20 50a30 20 0 01 60 0 A30 20 30 1 1 20 50z" fill="purple"/>'),
    "arcs without spaces": svg('<path d="M10 50a40 40 0 0140-40l40 40a40 40 0 1040-40"/>', 'viewBox="0 0 150 100"'),
    "an arc too small": svg('<path d="M10 60 A5 2 20 0 1 90 60z"/>'),
    "numbers without spaces": svg('<path d="M10,10l.5.5 1e1-.5L90 10.5.5 90z"/>'),
    "after close": svg('<path d="M10 10h30v30h-30z l50 50 h20 v-20z"/>'),
    "many parts": svg('<path d="M10 10h30v30h-30z m40 40h30v30h-30z M60 10h20v20h-20z"/>'),
    # fills
    "nonzero": svg(f'<path d="{STAR}" fill="#0d6672"/>'),
    "even-odd": svg(f'<path d="{STAR}" fill="#0d6672" fill-rule="evenodd"/>'),
    "even-odd inherited": svg(f'<g style="fill-rule:evenodd"><path d="{STAR}"/></g>'),
    "a hole": svg('<path fill-rule="evenodd" d="M10 10h80v80h-80z M30 30h40v40h-40z"/>'),
    "colours": svg("".join(f'<rect x="{10 * i}" width="10" height="90" fill="{c}"/>' for i, c in enumerate(("#f00", "#00ff0080", "rgb(0,0,255)", "rgb(50% 20% 10%)", "rgba(0,100,0,.3)", "hsl(200, 80%, 40%)", "Orange", "hsla(20,50%,50%,.5)", "transparent")))),
    "currentColor": svg('<g color="#c03"><g color="#06c"><rect width="50" height="50" fill="currentColor"/></g><rect x="50" y="50" width="50" height="50" fill="currentColor"/></g>'),
    "no fill": svg('<rect width="90" height="90" fill="none"/>' + RECT),
    # lines
    "miter": _line(""),
    "miter cut": _line('stroke-miterlimit="1.5"'),
    "a sharp corner": _line("", "M20 90 L30 10 L40 90"),
    "a sharp corner, long": _line('stroke-miterlimit="20"', "M20 95 L30 60 L40 95"),
    "round joins": _line('stroke-linejoin="round" stroke-linecap="round"'),
    "bevel and square": _line('stroke-linejoin="bevel" stroke-linecap="square"'),
    "closed line": _line("", "M20 20H80V80H20z"),
    "dashes": _line('stroke-dasharray="20 8"'),
    "odd dashes": _line('stroke-dasharray="15,5,3"'),
    "dashes from": _line('stroke-dasharray="20 8" stroke-dashoffset="10"'),
    "dashes from before": _line('stroke-dasharray="20 8" stroke-dashoffset="-5"'),
    "dots": _line('stroke-dasharray="0 18" stroke-linecap="round"', "M10 50H95"),
    "dashed circle": svg('<circle cx="50" cy="50" r="35" fill="none" stroke="#000" stroke-width="8" stroke-dasharray="11 11"/>'),
    "dashed rectangle": svg('<rect x="15" y="15" width="70" height="60" rx="10" fill="none" stroke="#000" stroke-width="6" stroke-dasharray="17 9"/>'),
    "dashes in percent": _line('stroke-dasharray="10%"'),
    "a dot": svg('<path d="M50 50z M20 20l0 0" stroke="#000" stroke-width="30" stroke-linecap="round"/>'),
    "a square dot": svg('<path d="M50 50z" stroke="#000" stroke-width="30" stroke-linecap="square"/>'),
    "no dot": svg('<path d="M50 50z" stroke="#000" stroke-width="30"/>' + RECT),
    "no width": svg(f'<path d="{LINE}" stroke="red" stroke-width="0"/>'),
    "fill and line": svg(f'<path d="{LINE}" fill="gold" stroke="#000" stroke-width="8"/>'),
    "line first": svg(f'<path d="{LINE}" fill="gold" stroke="#000" stroke-width="20" paint-order="stroke"/>'),
    # transparency
    "fill-opacity": svg('<rect width="60" height="60" fill="red" fill-opacity=".5"/><rect x="30" y="30" width="60" height="60" fill="blue" fill-opacity="40%"/>'),
    "stroke-opacity": svg(f'<path d="{LINE}" fill="gold" stroke="#000" stroke-opacity=".4" stroke-width="18"/>'),
    "opacity": svg('<rect width="60" height="60" fill="red"/><rect x="30" y="30" width="60" height="60" fill="blue" opacity=".3"/>'),
    "opacity of a group": svg('<g opacity=".4"><rect width="40" height="40"/><rect x="50" width="40" height="40"/></g><circle cx="50" cy="70" r="20"/>'),
    "opacity in opacity": svg('<g opacity=".5"><g style="opacity:.5"><rect width="80" height="40" fill-opacity=".8"/></g></g><circle cx="50" cy="70" r="20"/>'),
    "opacity 0": svg(f'<g opacity="0"><rect width="80" height="80"/></g>{RECT}'),
    # transforms
    "translate": svg(f'<g transform="translate(20,10)">{RECT}</g>'),
    "rotate": svg('<rect x="30" y="30" width="40" height="20" transform="rotate(30)"/>'),
    "rotate round": svg('<rect x="30" y="30" width="40" height="20" transform="rotate(45 50 50)"/>'),
    "scale and skew": svg('<g transform="translate(10 10) scale(.5,.8)"><rect width="60" height="50" transform="skewX(20) skewY(5)"/></g>'),
    "matrix": svg(f'<g transform="matrix(.8 .2 -.3 .7 20 5)">{RECT}</g>'),
    "mirrored": svg(f'<g transform="matrix(-1 0 0 1 100 0)"><path d="{LINE}" fill="none" stroke="#000" stroke-width="5" stroke-dasharray="9 4"/></g>'),
    "an uneven line": svg('<circle cx="50" cy="50" r="10" fill="none" stroke="#000" stroke-width="4" transform="translate(-50 25) scale(2 .5)"/>'),
    "an uneven line with dashes": svg(f'<g transform="translate(5 60) scale(.9 .3) skewX(20)"><path d="{LINE}" fill="gold" stroke="#000" stroke-width="9" stroke-dasharray="12 7" stroke-linejoin="round"/></g>'),
    # styles
    "style": svg('<rect width="60" height="60" style="fill: #0a0 !important; stroke:#000;stroke-width:6px"/>'),
    "style sheet": svg('<style>/* a */ .a{fill:red} #b{fill:green} rect{fill:blue} .a.c{fill:orange} *{stroke:#000}</style><rect width="30" height="90" class="a"/><rect x="30" width="30" height="60" class="a" id="b"/><rect x="60" width="30" height="40"/><circle class="x a c" cx="75" cy="75" r="20"/>'),
    "style sheet in CDATA": svg('<defs><style type="text/css"><![CDATA[.st0{fill:#123456;} .st1,.st2{fill:none;stroke:#f00;stroke-width:7}]]></style></defs><rect class="st0" width="50" height="50"/><circle class="st1" cx="60" cy="60" r="25"/>'),
    "style over attribute": svg('<style>rect{fill:green}</style><rect width="50" height="90" fill="red"/><rect x="50" width="50" height="90" style="fill:blue" fill="red"/>'),
    "importance": svg('<style>.a{fill:green!important} #b{fill:red}</style><rect class="a" id="b" width="60" height="60" style="fill:blue"/>'),
    "inherited style": svg('<g fill="red" stroke="blue" style="stroke-width:4"><rect x="5" y="5" width="40" height="40"/><rect x="55" y="55" width="40" height="40" fill="inherit" stroke="none"/></g>'),
    "display none": svg(f'<g display="none"><text>Draft</text><image href="#a"/></g>{RECT}'),
    "hidden": svg(f'<g visibility="hidden"><rect width="90" height="90"/><rect x="60" y="60" width="30" height="30" visibility="visible"/></g>{RECT}'),
    "collapsed": svg(f'<rect width="90" height="90" visibility="collapse"/>{RECT}'),
    # use, symbols, nested drawings
    "use": svg('<defs><g id="a"><rect width="30" height="30"/></g></defs><use xlink:href="#a" x="10" y="10"/><use href="#a" transform="translate(50 50) rotate(20)" fill="red"/>'),
    "use passes colours": svg('<defs><rect id="a" width="30" height="30"/><rect id="b" width="30" height="30" fill="green"/></defs><use href="#a" fill="red"/><use href="#b" x="40" y="40" fill="red"/>'),
    "use before": svg('<use href="#a" x="40"/><circle id="a" cx="20" cy="50" r="20"/>'),
    "use in use": svg('<defs><rect id="a" width="20" height="20"/><g id="b"><use href="#a"/><use href="#a" x="25"/></g></defs><use href="#b"/><use href="#b" y="40" x="10"/>'),
    "symbol": svg('<symbol id="a" viewBox="0 0 10 10"><circle cx="5" cy="5" r="5" fill="teal"/></symbol><use href="#a" x="10" y="20" width="60" height="60"/>'),
    "symbol, whole": svg('<symbol id="a" viewBox="0 0 10 20"><ellipse cx="5" cy="10" rx="5" ry="10"/></symbol><use href="#a"/>'),
    "symbol that fills": svg('<symbol id="a" viewBox="0 0 10 20" preserveAspectRatio="none"><ellipse cx="5" cy="10" rx="5" ry="10"/></symbol><use href="#a" x="20" y="30" width="70" height="40"/>'),
    "symbol cut": svg('<symbol id="a" viewBox="0 0 10 10"><circle cx="5" cy="5" r="8"/></symbol><use href="#a" x="10" y="20" width="60" height="60"/>'),
    "symbol not cut": svg('<symbol id="a" viewBox="0 0 10 10" overflow="visible"><circle cx="5" cy="5" r="7"/></symbol><use href="#a" x="30" y="30" width="40" height="40"/>'),
    "nested": svg('<svg x="20" y="30" width="50" height="60" viewBox="0 0 10 10"><rect width="10" height="10" fill="navy"/><circle cx="10" cy="5" r="4" fill="red"/></svg>'),
    "nested in percent": svg('<svg x="50%" y="10%" width="50%" height="50%"><rect width="50%" height="50%"/></svg>'),
    "nested slice": svg('<svg x="10" y="10" width="80" height="40" viewBox="0 0 10 10" preserveAspectRatio="xMinYMax slice"><circle cx="5" cy="5" r="5"/></svg>'),
    "nested at the end": svg('<svg x="10" y="10" width="80" height="40" viewBox="0 0 10 10" preserveAspectRatio="xMaxYMin meet"><circle cx="5" cy="5" r="5"/></svg>'),
    # the whole
    "another viewBox": svg('<rect x="-40" y="-40" width="80" height="80"/>', 'viewBox="-50 -50 100 100"'),
    "in the middle of its page": svg("<rect width='10' height='10'/>", 'viewBox="0 0 10 10" width="120" height="60"'),
    "filling its page": svg("<circle cx='5' cy='5' r='5'/>", 'viewBox="0 0 10 10" width="120" height="60" preserveAspectRatio="none"'),
    "no viewBox": svg(RECT, 'width="90" height="80"'),
    "one side": svg(RECT, 'viewBox="0 0 80 100" width="40"'),
    "relative size": svg(RECT, 'viewBox="0 0 80 100" width="100%" height="100%"'),
    "a thousand million units": svg('<rect x="1e8" y="2e8" width="6e8" height="5e8"/><circle cx="5e8" cy="5e8" r="4e8" fill="none" stroke="red" stroke-width="5e7"/>', 'viewBox="0 0 1e9 1e9" width="1000000000" height="1000000000"'),
    "a thousandth of a unit": svg('<circle cx=".0005" cy=".0005" r=".0003" fill="none" stroke="red" stroke-width=".0001" stroke-dasharray=".0001"/>', 'viewBox="0 0 .001 .001" width="50" height="50"'),
    "cut at its edge": svg('<circle cx="0" cy="100" r="80"/>'),
    # clips
    "clip": svg(f'<clipPath id="c"><circle cx="40" cy="40" r="30"/></clipPath><g clip-path="url(#c)">{RECT}</g>'),
    "clip of a page": svg(f'<g clip-path="url(#c)">{RECT}<path d="{LINE}" stroke="red" fill="none"/></g><defs><clipPath id="c"><rect width="60" height="100" fill="white"/></clipPath></defs>'),
    "clip by use": svg('<defs><circle id="a" cx="40" cy="40" r="30"/></defs><clipPath id="c"><use xlink:href="#a" style="overflow:visible"/></clipPath><rect width="90" height="90" clip-path="url(#c)"/>'),
    "clip even-odd": svg(f'<clipPath id="c"><path d="{STAR}" clip-rule="evenodd"/></clipPath><rect width="100" height="100" clip-path="url(#c)"/>'),
    "clip moved": svg('<clipPath id="c" transform="translate(10 0)"><rect width="30" height="90" transform="rotate(10)"/></clipPath><rect width="90" height="90" transform="scale(.8)" clip-path="url(#c)"/>'),
    "clips in clips": svg('<clipPath id="a"><rect width="60" height="60"/></clipPath><clipPath id="b" clip-path="url(#a)"><circle cx="60" cy="60" r="40"/></clipPath><g clip-path="url(#a)"><rect width="90" height="90" clip-path="url(#b)"/></g><rect x="70" y="70" width="20" height="20" fill="red"/>'),
    "clip of two": svg('<clipPath id="c"><rect width="30" height="90"/><circle cx="70" cy="50" r="20"/></clipPath><rect width="90" height="90" clip-path="url(#c)"/>'),
    "clip of nothing": svg('<clipPath id="c"/><rect width="90" height="90" clip-path="url(#c)"/><circle cx="70" cy="70" r="20"/>'),
    # what changes nothing
    "metadata": '<?xml version="1.0" encoding="utf-8"?><!-- Generator --><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">' + svg(f'<title>Logo</title><desc>a</desc><metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></metadata><sodipodi:namedview id="v" pagecolor="#fff"><inkscape:grid/></sodipodi:namedview><g inkscape:label="Layer" aria-hidden="true" data-name="x" xml:space="preserve" style="font-family:Arial;-inkscape-font-specification:Arial;enable-background:new 0 0 9 9">{RECT}</g>'),
    "unused definitions": svg(f'<defs><linearGradient id="g"><stop offset="0"/></linearGradient><filter id="f"/><mask id="m"><rect width="9" height="9"/></mask><pattern id="p"/><marker id="k"/></defs>{RECT}'),
    "effects that are none": svg(f'<g filter="none" mask="none" style="mix-blend-mode:normal;isolation:isolate" marker-end="none">{RECT}</g>'),
    "a link": svg(f'<a href="#x">{RECT}</a>'),
}  # fmt: skip

ALIKE = {
    "transform in style": (
        svg('<rect width="40" height="20" style="transform: translate(30px, 20px) rotate(20deg)"/>'),
        svg('<rect width="40" height="20" transform="translate(30 20) rotate(20)"/>'),
    ),
    "a newer colour": (
        svg('<rect width="90" height="90" fill="rebeccapurple"/>'),
        svg('<rect width="90" height="90" fill="#639"/>'),
    ),
    "dots of no length": (
        svg('<path d="M50 50z M20 20l0 0" stroke="#000" stroke-width="30" stroke-linecap="round"/>'),
        svg('<circle cx="50" cy="50" r="15"/><circle cx="20" cy="20" r="15"/>'),
    ),
    "size in style": (
        svg('<rect width="50" height="50"/>', 'viewBox="0 0 100 50" style="width:200px;height:100px"'),
        svg('<rect width="50" height="50"/>', 'viewBox="0 0 100 50"'),
    ),
}  # fmt: skip
"""What the other renderer does not know, beside the same written as it knows it."""

REFUSED = {
    "text": (svg("<text>Clinic</text>"), "has text, which"),
    "text in a group": (svg(f"{RECT}<g>\n<text>Clinic</text></g>"), "has text, which"),
    "picture": (svg('<image href="#a" width="9" height="9"/>'), "an embedded picture"),
    "picture inside": (svg('<image href="data:image/png;base64,AA=="/>'), "something external"),
    "linear gradient": (svg('<linearGradient id="g"/><rect width="9" height="9" fill="url(#g)"/>'), "fill with a gradient"),
    "gradient with fallback": (svg('<rect width="9" height="9" fill="url(#g) red"/>'), "fill with a gradient"),
    "gradient inherited": (svg('<g style="stroke: url(#g)"><rect width="9" height="9"/></g>'), "stroke with a gradient"),
    "gradient in a sheet": (svg('<style>.a{fill:url(#g)}</style><rect class="a" width="9" height="9"/>'), "fill with a gradient"),
    "mask": (svg(f'<mask id="m"/><g mask="url(#m)">{RECT}</g>'), "effect mask"),
    "filter": (svg(f'<g style="filter:url(#f)">{RECT}</g>'), "effect filter"),
    "filter by name": (svg(f'<g style="filter:blur(3px)">{RECT}</g>'), "effect filter"),
    "blend mode": (svg(f'<g style="mix-blend-mode:multiply">{RECT}</g>'), "effect mix-blend-mode"),
    "marker": (svg(f'<marker id="m"/><path d="{LINE}" marker-end="url(#m)"/>'), "marker-end"),
    "markers": (svg(f'<path d="{LINE}" style="marker:url(#m)"/>'), "marker-start"),
    "switch": (svg(f"<switch>{RECT}</switch>"), "<switch>"),
    "unknown element": (svg(f"{RECT}<blob/>"), "<blob>"),
    "unknown attribute": (svg('<rect width="9" height="9" rotate="9"/>'), 'attribute "rotate"'),
    "unknown style": (svg('<rect width="9" height="9" style="background:red"/>'), 'style "background"'),
    "nested rule": (svg(f"<style>g rect{{fill:red}}</style>{RECT}"), "more than tags, classes"),
    "pseudo rule": (svg(f"<style>rect:hover{{fill:red}}</style>{RECT}"), "more than tags, classes"),
    "attribute rule": (svg(f"<style>rect[x]{{fill:red}}</style>{RECT}"), "more than tags, classes"),
    "media": (svg(f"<style>@media print{{rect{{fill:red}}}}</style>{RECT}"), "@media"),
    "variable": (svg('<rect width="9" height="9" style="--a:red;fill:var(--a)"/>'), "fill"),
    "unknown colour": (svg('<rect width="9" height="9" fill="redd"/>'), 'the colour "redd"'),
    "another colour space": (svg('<rect width="9" height="9" fill="color(display-p3 1 0 0)"/>'), "not in sRGB"),
    "opacity over one another": (svg('<g opacity=".5"><rect width="50" height="50"/><rect x="40" width="50" height="50"/></g>'), "opacity of overlapping shapes"),
    "opacity with a line": (svg('<rect width="50" height="50" stroke="red" opacity=".5"/>'), "a fill with its outline"),
    "fixed line": (svg(f'<path d="{LINE}" stroke="red" vector-effect="non-scaling-stroke"/>'), "vector-effect"),
    "line join": (svg(f'<path d="{LINE}" stroke="red" stroke-linejoin="arcs"/>'), "stroke-linejoin"),
    "dashes along": (svg(f'<path d="{LINE}" stroke="red" pathLength="10" stroke-dasharray="1"/>'), "pathLength"),
    "clip of a box": (svg(f'<clipPath id="c" clipPathUnits="objectBoundingBox"><rect width="1" height="1"/></clipPath><g clip-path="url(#c)">{RECT}</g>'), "objectBoundingBox"),
    "clip by name": (svg(f'<g style="clip-path:circle(40px)">{RECT}</g>'), 'clip-path "circle'),
    "clip that is not there": (svg(f'<g clip-path="url(#c)">{RECT}</g>'), "clip-path"),
    "clip of two over one another": (svg(f'<clipPath id="c"><rect width="50" height="50"/><circle cx="40" cy="40" r="40"/></clipPath><g clip-path="url(#c)">{RECT}</g>'), "clip-path of overlapping shapes"),
    "clip with text": (svg(f'<clipPath id="c"><text>A</text></clipPath><g clip-path="url(#c)">{RECT}</g>'), "<text> in a clip-path"),
    "units of a font": (svg('<rect width="9em" height="9"/>'), '"em"'),
    "path data": (svg('<path d="M0 0 L9 9 x"/>'), "path data"),
    "path data, half": (svg('<path d="M0 0 L9 9 8"/>'), "path data lacks"),
    "points": (svg('<polygon points="1,2 3"/>'), "points"),
    "transform": (svg('<g transform="twist(3)"><rect width="9" height="9"/></g>'), '"twist"'),
    "transform of the whole": (svg(RECT, 'viewBox="0 0 9 9" transform="scale(2)"'), "transform"),
    "use of itself": (svg('<use id="a" href="#a"/>'), "is inside what"),
    "use in a circle": (svg('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>'), "is inside what"),
    "use of the whole": (f'<svg {HEAD} id="a" viewBox="0 0 9 9"><use href="#a"/></svg>', "is inside what"),
    "use of what is not there": (svg('<use href="#a"/>'), "not there"),
    "clip by itself": (svg('<clipPath id="c" clip-path="url(#c)"><rect width="9" height="9"/></clipPath><rect width="9" height="9" clip-path="url(#c)"/>'), "clipped by itself"),
    "nothing": (svg(""), "nothing of the SVG can be seen"),
    "nothing on the page": (svg('<rect x="200" width="9" height="9"/>'), "nothing of the SVG"),
    "a speck": (svg(RECT, 'viewBox="0 0 100000 100000"'), "only a speck"),
    "white": (svg('<rect width="90" height="90" fill="#fff"/>'), "white"),
    "far away": (svg('<rect x="-1e6" y="0" width="2e6" height="50"/>'), "30 times"),
    "no size": (svg(RECT, ""), "how large"),
    "no room": (svg(RECT, 'viewBox="0 0 0 10"'), "viewBox"),
    "a thread": (svg(RECT, 'viewBox="0 0 1000 1"'), "50 times"),
    "numbers too large": (svg('<rect width="1e999" height="9"/>'), "too large"),
    "numbers that grow": (svg('<g transform="scale(1e200)"><g transform="scale(1e200)"><path d="M0 0L9 9 9 0z"/></g></g>'), "too large"),
    "an arc that grows": (svg('<path d="M0 0A1e-200 1e-200 0 0 1 1e200 5"/>'), "too large"),
    "animation": (svg('<rect width="9" height="9"><animate attributeName="x"/></rect>'), "is animated"),
    "script": (svg("<script>alert(1)</script>"), "<script>"),
    "event": (svg('<g onload="x()"/>'), 'a script in "onload"'),
    "entities": ('<!DOCTYPE svg [<!ENTITY a "b">]>' + svg(RECT), "DOCTYPE with entities"),
    "unknown entity": (svg("<title>&a;</title>" + RECT), "not an SVG"),
}  # fmt: skip
