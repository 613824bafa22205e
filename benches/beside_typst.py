"""The same one-page letter by Kinward, by typst (one compiler reused, and a new one each time) and by WeasyPrint, on one core.

Must not know: how Kinward sets a page.

    cargo bench --bench letter && python benches/beside_typst.py GALLERY

GALLERY is a folder that `kinward demo --letters` filled. Needs `typst` and `weasyprint` (PyPI). Prints letters a second and
the ratios; what they say on which machine stands in docs/performance.md.
"""

import html
import json
import os
import pathlib
import sys
import time

import typst
import weasyprint

SECONDS = 10
NAME = "address_wanted.L0.en.12"


def parts(text):
    """The letter's parts as its plain text has them: sender, address, date, reference, heading, then the blocks."""
    return [part.splitlines() for part in text.strip().split("\n\n")]


def as_typst(text):
    sender, address, date, reference, heading, *blocks = parts(text)
    quoted = lambda lines: " \\\n".join("#" + json.dumps(line, ensure_ascii=False) for line in lines)
    out = ["#set page(paper: \"a4\", margin: 25mm)", "#set text(size: 12pt, lang: \"en\")",
           "#set document(title: \"Letter\")", "#align(right)[", quoted(sender), "]", quoted(address), "",
           quoted(date), "", quoted(reference), "", "= #" + json.dumps(heading[0], ensure_ascii=False), ""]
    for block in blocks:
        if block[0].startswith("- "):
            out += ["- #" + json.dumps(line[2:], ensure_ascii=False) for line in block]
        else:
            out.append(quoted(block))
        out.append("")
    return "\n".join(out).encode()


def as_html(text):
    sender, address, date, reference, heading, *blocks = parts(text)
    lines = lambda some: "<br>".join(map(html.escape, some))
    body = [f"<p style='text-align:right'>{lines(sender)}</p>", f"<p>{lines(address)}</p>", f"<p>{lines(date)}</p>",
            f"<p>{lines(reference)}</p>", f"<h1>{html.escape(heading[0])}</h1>"]
    for block in blocks:
        if block[0].startswith("- "):
            body.append("<ul>" + "".join(f"<li>{html.escape(line[2:])}</li>" for line in block) + "</ul>")
        else:
            body.append(f"<p>{lines(block)}</p>")
    return ("<!DOCTYPE html><html lang='en'><head><title>Letter</title><style>@page{size:A4;margin:25mm}"
            "body{font:12pt sans-serif}h1{font-size:18pt}</style></head><body>" + "".join(body) + "</body></html>")


def rate(make):
    make()
    made, began = 0, time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        make()
        made += 1
    return made / (time.perf_counter() - began)


def main(gallery):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    text = (pathlib.Path(gallery) / "letters" / f"{NAME}.txt").read_text()
    source, page = as_typst(text), as_html(text)
    compiler = typst.Compiler(source)
    variants = iter(range(1_000_000))

    def by_typst():
        # Another name and reference each time, as a batch has: what is compiled twice would be remembered.
        number = next(variants)
        varied = source.replace(b"Elin Pryce", f"Elin Pryce{number}".encode())
        varied = varied.replace(b"KW-7F3K-9QXM", f"KW-7F3K-{number:04d}".encode())
        return compiler.compile(input=varied, format="pdf", pdf_standards=["ua-1"])

    def by_typst_anew():
        return typst.compile(source, format="pdf", pdf_standards=["ua-1"])

    estimate = json.loads(pathlib.Path("target/criterion/one_page_letter/new/estimates.json").read_text())
    ours = 1e9 / estimate["mean"]["point_estimate"]
    theirs = {"typst": rate(by_typst), "typst anew": rate(by_typst_anew), "weasyprint": rate(lambda: weasyprint.HTML(string=page).write_pdf(pdf_variant="pdf/ua-1"))}
    print(f"kinward     {ours:8.1f} letters a second")
    for name, per_second in theirs.items():
        print(f"{name:<11} {per_second:8.1f} letters a second: {ours / per_second:.1f} times as many by kinward")


if __name__ == "__main__":
    main(sys.argv[1])
