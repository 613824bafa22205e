"""Compares our measure of reading ease with an independent one, on every letter of the gallery that is in English.

Must not know: how our measure counts.

    python tests/pdf/reading.py GALLERY

Needs `textstat` (PyPI). Ours may be stricter, never more than a little kinder; exit status 1 where it is.
"""

import json
import pathlib
import statistics
import sys

import textstat

KINDER, APART = 3.0, 10.0  # points of Flesch's scale: one letter kinder by, any letter apart by
TARGET = 70.0


def sentences(prose):
    """A line of a letter is a sentence, as an item of a list is read; textstat goes by full stops."""
    return "\n".join(line if line[-1] in ".?!:" else line + "." for line in prose.split("\n"))


def main(folder):
    listed = json.loads((pathlib.Path(folder) / "gallery.json").read_text())
    letters = [(one["file"], one["flesch"], textstat.flesch_reading_ease(sentences(one["prose"])))
               for one in listed if one["prose"]]
    wrong = [f"{file}: ours {ours:.1f}, theirs {theirs:.1f}" for file, ours, theirs in letters
             if ours - theirs > KINDER or abs(ours - theirs) > APART or min(ours, theirs) < TARGET]
    if len(letters) < 26:
        wrong.append(f"only {len(letters)} letters were measured")
    mean = statistics.mean(ours - theirs for _, ours, theirs in letters)
    print(f"reading: {len(letters)} letters, ours minus theirs {mean:.1f} on average")
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
