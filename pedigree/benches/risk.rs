//! How long exact chances take, by size of the family and number of loops; the families and answers are written out
//! for `beside_pyagrum.py`. Must not know: anything that is not public.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a measurement that cannot go on should stop there"
)]

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use kinward_pedigree::{
    Answer, Evidence, Known, Locus, Mode, Model, ParentKind, Pedigree, Person, PersonId, Sex,
    format::{self, FamilyFile, Format},
};
use std::{fmt::Write, fs, path::Path};

const LOCUS: Locus = Locus { mode: Mode::AutosomalDominant, frequency: 0.01, de_novo: 0.0 };

/// People, and couples who are cousins.
const FAMILIES: [(usize, usize); 9] =
    [(30, 0), (100, 0), (100, 2), (300, 2), (1000, 0), (1000, 3), (1000, 10), (5000, 0), (5000, 10)];

/// A row of numbers that look like chance and are always the same.
struct Lot(u64);

impl Lot {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % end
    }
}

/// Generation after generation of two to four children, most with a partner from elsewhere, some with a cousin.
fn family(people: usize, loops: usize) -> Pedigree {
    let mut lot = Lot(people as u64 * 31 + loops as u64);
    let mut family = Pedigree::new();
    let id = |at: usize| PersonId::from(format!("p{at:04}"));
    let mut add = |sex: Sex, parents: Option<(usize, usize)>| {
        let at = family.persons().len();
        family.add_person(Person::new(id(at), sex));
        for parent in parents.into_iter().flat_map(|(father, mother)| [father, mother]) {
            family.add_parent(&id(at), &id(parent), ParentKind::Biological);
        }
        at
    };
    let mut couples = vec![(add(Sex::Male, None), add(Sex::Female, None))];
    let (mut count, mut left) = (2, loops);
    while count < people {
        // Of one generation: who, their sibship.
        let mut single: Vec<(usize, Sex, usize)> = Vec::new();
        for (sibship, &couple) in couples.iter().enumerate() {
            for _ in 0..2 + lot.below(3) {
                if count < people {
                    let sex = if lot.below(2) == 0 { Sex::Male } else { Sex::Female };
                    single.push((add(sex, Some(couple)), sex, sibship));
                    count += 1;
                }
            }
        }
        couples.clear();
        while let Some((one, sex, sibship)) = single.pop() {
            let cousin = single.iter().position(|&(_, other, theirs)| other != sex && theirs != sibship);
            let partner = match cousin {
                Some(place) if left > 0 && lot.below(3) == 0 => {
                    left -= 1;
                    single.remove(place).0
                }
                _ if count < people && (couples.is_empty() || lot.below(10) < 7) => {
                    count += 1;
                    add(if sex == Sex::Male { Sex::Female } else { Sex::Male }, None)
                }
                _ => continue,
            };
            couples.push(if sex == Sex::Male { (one, partner) } else { (partner, one) });
        }
    }
    family
}

/// A carrier among the youngest, and every twentieth person tested without a finding who can be.
fn results(family: &Pedigree) -> Vec<(PersonId, Known)> {
    let model = Model::new(family, &LOCUS).unwrap();
    let people = family.persons();
    let mut results = vec![(people[people.len() - 1].id.clone(), Known::Heterozygous)];
    for person in people.iter().step_by(20) {
        results.push((person.id.clone(), Known::NonCarrier));
        if matches!(model.answer(&evidence(&results)), Ok(Answer::Contradiction { .. })) {
            results.pop();
        }
    }
    results
}

fn evidence(results: &[(PersonId, Known)]) -> Evidence {
    let mut evidence = Evidence::new();
    results.iter().for_each(|(id, known)| evidence.add_result(id, *known));
    evidence
}

/// The family, its results and our answer, for whoever wants to do the same sum.
fn write_out(name: &str, family: &Pedigree, results: &[(PersonId, Known)]) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("risk");
    fs::create_dir_all(&folder).unwrap();
    fs::write(
        folder.join(format!("{name}.ped")),
        format::write(&FamilyFile::new("F", family.clone()), Format::Ped).unwrap().text,
    )
    .unwrap();
    let lines: String = results.iter().map(|(id, known)| format!("{id}\t{}\n", known.word())).collect();
    fs::write(folder.join(format!("{name}.tsv")), lines).unwrap();
    let Ok(Answer::Chances { log_likelihood, persons }) =
        Model::new(family, &LOCUS).unwrap().answer(&evidence(results))
    else {
        panic!("{name} has results that contradict each other")
    };
    let mut text = format!("{log_likelihood:e}\n");
    for person in persons {
        let [none, one, two] = person.genotype() else { panic!("three numbers") };
        writeln!(text, "{}\t{none:e}\t{one:e}\t{two:e}", person.id).unwrap();
    }
    fs::write(folder.join(format!("{name}.answer")), text).unwrap();
}

fn chances(c: &mut Criterion) {
    for (people, loops) in FAMILIES {
        let family = family(people, loops);
        let results = results(&family);
        let name = format!("{people}-{loops}");
        write_out(&name, &family, &results);
        let seen = evidence(&results);
        let mut group = c.benchmark_group("risk");
        // From the family as it is kept to everyone's chances: order, tables, both passes.
        group.bench_with_input(BenchmarkId::new("whole", &name), &family, |b, family| {
            b.iter(|| Model::new(family, &LOCUS).unwrap().answer(&seen).unwrap());
        });
        let model = Model::new(&family, &LOCUS).unwrap();
        group.bench_with_input(BenchmarkId::new("again", &name), &model, |b, model| {
            b.iter_batched(|| (), |()| model.answer(&seen).unwrap(), BatchSize::SmallInput);
        });
        group.finish();
    }
}

criterion_group!(benches, chances);
criterion_main!(benches);
