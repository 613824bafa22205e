//! How long a family of five thousand takes to be read, judged and written, format by format.
//! Must not know: how any format looks.

use criterion::{Criterion, criterion_group, criterion_main};
use kinward_pedigree::format::{FamilyFile, Format, read, write};
use kinward_pedigree::{ParentKind, Pedigree, Person, PersonId, Sex};
use std::hint::black_box;

const PEOPLE: usize = 5_000;

/// Couples with two children each, who marry in, generation after generation; the first is the proband.
fn family() -> FamilyFile {
    let mut family = Pedigree::new();
    let mut couples: Vec<[PersonId; 2]> = Vec::new();
    for at in 0..PEOPLE / 2 {
        let [own, other] = [format!("c{at}"), format!("s{at}")].map(PersonId::from);
        let (sex, others) = if at % 2 == 0 { (Sex::Male, Sex::Female) } else { (Sex::Female, Sex::Male) };
        family.add_person(Person { proband: at == 0, ..Person::new(own.clone(), sex) });
        family.add_person(Person::new(other.clone(), others));
        // The children of couple n are the persons 2n and 2n + 1 after the first twenty couples.
        if let Some(parents) = at.checked_sub(20).and_then(|child| couples.get(child / 2)) {
            for parent in parents {
                family.add_parent(&own, parent, ParentKind::Biological);
            }
        }
        couples.push([own, other]);
    }
    FamilyFile::new("F", family)
}

fn formats(criterion: &mut Criterion) {
    let file = family();
    criterion.bench_function("validate", |bench| bench.iter(|| black_box(file.problems())));
    for format in Format::ALL.into_iter().filter(|format| format.writes()) {
        let Ok(written) = write(&file, format) else { continue };
        criterion.bench_function(&format!("write {}", format.name()), |bench| {
            bench.iter(|| black_box(write(&file, format)))
        });
        criterion.bench_function(&format!("read {}", format.name()), |bench| {
            bench.iter(|| black_box(read(&written.text, Some(format))))
        });
    }
}

criterion_group! { name = all; config = Criterion::default().sample_size(10); targets = formats }
criterion_main!(all);
