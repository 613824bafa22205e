"""The families of risk.rs once more, by pyAgrum's junction tree, beside our own times and answers of the same run.

    python -m venv VENV && VENV/bin/pip install pyagrum
    VENV/bin/python pedigree/benches/beside_pyagrum.py

Runs `cargo bench` first, then pyAgrum on the files it wrote, then prints a table. A time of ours is the whole way from
the family as it is kept to everyone's chances; a time of pyAgrum is its inference alone, with the network built before,
and is given without and with reading all posteriors out. Medians, one thread each.
"""

import gc
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

import pyagrum

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
FREQUENCY = 0.01
STATES = {"het": [1], "noncarrier": [0]}


def read(name):
    rows = [line.split("\t") for line in (TARGET / "tmp" / "risk" / f"{name}.ped").read_text().splitlines()]
    parents = {row[1]: [parent for parent in row[2:4] if parent != "0"] for row in rows}
    tests = dict(line.split("\t") for line in (TARGET / "tmp" / "risk" / f"{name}.tsv").read_text().splitlines())
    answer = (TARGET / "tmp" / "risk" / f"{name}.answer").read_text().splitlines()
    chances = {row[0]: [float(p) for p in row[1:]] for row in (line.split("\t") for line in answer[1:])}
    return parents, tests, chances


def network(parents):
    net = pyagrum.BayesNet()
    for person in parents:
        net.add(pyagrum.LabelizedVariable(person, "copies of the variant", 3))
    for person, couple in parents.items():
        for parent in couple:
            net.addArc(parent, person)
    q = FREQUENCY
    for person, couple in parents.items():
        table = net.cpt(person)
        if not couple:
            table.fillWith([(1 - q) ** 2, 2 * q * (1 - q), q * q])
            continue
        father, mother = couple
        for a in range(3):
            for b in range(3):
                x, y = a / 2, b / 2
                table[{father: a, mother: b}] = [(1 - x) * (1 - y), x * (1 - y) + (1 - x) * y, x * y]
    return net


def theirs(net, people, tests):
    """Seconds for inference, seconds with posteriors, the posteriors."""
    evidence = {person: STATES[word][0] for person, word in tests.items()}
    without, with_all = [], []
    for _ in range(15):
        inference = pyagrum.LazyPropagation(net)
        inference.setNumberOfThreads(1)
        inference.setEvidence(evidence)
        gc.disable()
        begin = time.perf_counter()
        inference.makeInference()
        middle = time.perf_counter()
        chances = {person: inference.posterior(person) for person in people}
        end = time.perf_counter()
        gc.enable()
        without.append(middle - begin)
        with_all.append(end - begin)
    return statistics.median(without), statistics.median(with_all), {p: c.tolist() for p, c in chances.items()}


def ours(kind, name):
    file = TARGET / "criterion" / "risk" / kind / name / "new" / "estimates.json"
    return json.loads(file.read_text())["median"]["point_estimate"] / 1e9


def main():
    if "--table-only" not in sys.argv:
        command = ["cargo", "bench", "-p", "kinward-pedigree", "--bench", "risk"]
        subprocess.run(command, cwd=ROOT, check=True)
    print("| people | couples of cousins | ours, whole | ours, new results | pyAgrum, inference | with posteriors | times | largest difference |")
    print("|---|---|---|---|---|---|---|---|")
    names = [file.stem for file in (TARGET / "tmp" / "risk").glob("*.ped")]
    for name in sorted(names, key=lambda name: [int(part) for part in name.split("-")]):
        parents, tests, chances = read(name)
        without, with_all, found = theirs(network(parents), list(parents), tests)
        apart = max(abs(a - b) for p in parents for a, b in zip(chances[p], found[p]))
        whole, again = ours("whole", name), ours("again", name)
        people, loops = name.split("-")
        print(
            f"| {people} | {loops} | {whole * 1e6:.0f} µs | {again * 1e6:.0f} µs | {without * 1e3:.1f} ms | "
            f"{with_all * 1e3:.1f} ms | {without / whole:.0f} to {with_all / whole:.0f} | {apart:.1e} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
