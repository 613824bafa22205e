"""Checks finished PDF files from outside: PDF/UA-1, PDF/A-2a where claimed, neutral properties, the address window.

Must not know: how the files were made.

    python tests/pdf/check.py FILE.pdf ...

Needs `page-validation` (PyPI). The address window is looked at in files that lie in a folder named `letters`, if
`pdftotext` is installed. Prints what was covered; exit status 1 and the failures if a file is not as it should be.
"""

import hashlib
import html
import json
import multiprocessing
import pathlib
import re
import shutil
import subprocess
import sys
import zlib

import page

MM = 72 / 25.4
ZONE = (15, 30, 125, 95)  # left, top, right, bottom in mm: nothing here but the address
WINDOW = (24.6, 39.5, 120, 66.3)
EDGE = (15, 5, 195, 292)
SLACK = 0.7  # mm: pdftotext's boxes are as tall as the font, not as the letters
MOST_PAGES, MOST_BYTES = 10, 2_000_000  # what a printing service takes as one letter
MOST_OF_TWO = 20  # large print in two languages: it goes in two envelopes
REQUIRED = [b"/StructTreeRoot", b"/MarkInfo", b"/DisplayDocTitle true", b"/Lang", b"/Outlines", b"/FontFile"]
FORBIDDEN = [b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/Encrypt", b"/Author", b"/Creator", b"/Producer",
             b"/Subject", b"/Keywords", b"CreatorTool"]
WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')


def standards(path, raw):
    """Failures against the standards that the file must keep or says it keeps."""
    profiles = ["ua1"] + (["2a"] if b"pdfaid:part" in raw else [])
    found = []
    for profile in profiles:
        report = page.validate_pdf(path, profile=profile)
        failures = [failure for failure in report.failures if not measured_otherwise(failure.rule_id, raw)]
        if failures or not (report.is_compliant or report.failures):
            found += [f"{profile} {failure.rule_id}: {failure.message}" for failure in failures] or [profile]
    return profiles, report.document.page_count, found


def measured_otherwise(rule, raw):
    """The validator finds a stream's end by the line end before `endstream`. Where packed data happen to end with a carriage
    return, as one stream in 256 does, it takes that for a part of the line end. So lengths are measured here, byte by byte."""
    if not rule.endswith("STREAM-LENGTH-001"):
        return False
    streams = list(re.finditer(rb"/Length (\d+)[^>]*>>\s*stream\r?\n", raw))
    ends = [one.end() + int(one[1]) for one in streams]
    exact = all(re.match(rb"\r?\nendstream", raw[end:end + 12]) for end in ends)
    return exact and len(streams) == raw.count(b"endstream") and any(raw[end - 1:end] == b"\r" for end in ends)


def properties(raw):
    """What must be, and must not be, in the bytes of any file, streams included."""
    streams = b"".join(inflated(part) for part in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", raw, re.S))
    whole = raw + streams
    found = [f"{name.decode()} is missing" for name in REQUIRED if name not in whole]
    found += [f"{name.decode()} must not be there" for name in FORBIDDEN if name in raw]
    if not raw.startswith(b"%PDF-1.7") or not raw.rstrip().endswith(b"%%EOF"):
        found.append("it does not begin and end as a PDF 1.7 file")
    for box in re.findall(rb"/MediaBox ?\[([^\]]*)\]", whole):
        width, height = [float(number) for number in box.split()][2:]
        if abs(width - 210 * MM) > 0.5 or abs(height - 297 * MM) > 0.5:
            found.append(f"a page is {width:.0f} x {height:.0f} points, not A4 upright")
    return found


def inflated(stream):
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


def words(path):
    """For each page its words as (box in mm, text)."""
    out = subprocess.run(["pdftotext", "-bbox", str(path), "-"], capture_output=True, text=True, check=True).stdout
    pages = []
    for text in out.split("<page ")[1:]:
        boxes = [([float(number) / MM for number in hit[:4]], html.unescape(hit[4])) for hit in WORD.findall(text)]
        pages.append(boxes)
    return pages


def inside(box, area):
    return (box[0] >= area[0] - SLACK and box[1] >= area[1] - SLACK
            and box[2] <= area[2] + SLACK and box[3] <= area[3] + SLACK)


def touches(box, area):
    return box[0] < area[2] and box[2] > area[0] and box[1] < area[3] and box[3] > area[1]


def letter(path, count, raw, about):
    """Address window, margins, page numbers, and what a printing service takes."""
    found = []
    two = about["language"] == "cy+en" and about["size"] > 12
    if count > (MOST_OF_TWO if two else MOST_PAGES) or len(raw) > MOST_BYTES:
        found.append(f"{count} pages and {len(raw)} bytes are more than a printing service takes")
    pages = words(path)
    zone = [box for box, _ in pages[0] if touches(box, ZONE)] if pages else []
    if not zone and about["posted"]:
        found.append("no address in the window")
    if about["posted"] and not all(inside(box, WINDOW) for box in zone):
        found.append("the keep-out zone holds more than the address, or the address leaves its window")
    for number, content in enumerate(pages, 1):
        if not all(inside(box, EDGE) for box, _ in content):
            found.append(f"page {number} prints into the margin")
        text = " ".join(word for _, word in content)
        if not re.search(rf"(Page {number} of|Tudalen {number} o) {count}\b", text):
            found.append(f"page {number} does not say which page of how many it is")
    return found


def gallery(folder):
    """What the gallery says of its letters, by file name; a story's letters are all posted and in one language."""
    listed = folder / "gallery.json"
    if not listed.exists():
        return {}
    return {pathlib.Path(one["file"]).name: one for one in json.loads(listed.read_text())}


STORY = {"posted": True, "language": "en", "size": 12}


def checked(job):
    """One file: its profiles, whether its window was looked at, and what is wrong."""
    path, about, poppler = job
    raw = path.read_bytes()
    try:
        profiles, count, found = standards(path, raw)
    except page.PageError as error:
        return [], False, [f"{path}: cannot be read: {error}"]
    found += properties(raw)
    looked = path.parent.name == "letters" and poppler
    if looked:
        found += letter(path, count, raw, about)
    if about.get("pages", count) != count:
        found.append(f"it has {count} pages, and the list says {about['pages']}")
    if about.get("sha256", hashlib.sha256(raw).hexdigest()) != hashlib.sha256(raw).hexdigest():
        found.append("its digest is not the one in the list")
    return profiles, looked, [f"{path}: {failure}" for failure in found]


def main(paths):
    paths = [pathlib.Path(path) for path in paths]
    poppler = shutil.which("pdftotext") is not None
    lists = {folder: gallery(folder) for folder in {path.parent.parent for path in paths}}
    jobs = [(path, lists[path.parent.parent].get(path.name, STORY), poppler) for path in paths]
    with multiprocessing.Pool() as pool:
        results = pool.map(checked, jobs, chunksize=8)
    archival = sum("2a" in profiles for profiles, _, _ in results)
    letters = sum(looked for _, looked, _ in results)
    failures = [failure for _, _, found in results for failure in found]
    print(f"pdf: {len(paths)} files: PDF/UA-1 {len(paths)}, PDF/A-2a {archival}, properties {len(paths)}, "
          f"address window {letters}" + ("" if poppler else " (pdftotext is not installed)"))
    for failure in failures:
        print(failure, file=sys.stderr)
    if not paths:
        print("pdf: no file was given", file=sys.stderr)
    return 1 if failures or not paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
