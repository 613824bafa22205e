//! How fast a letter becomes a file: one page, worded and set again each time, on one core.
//! Must not know: what else a worker does with it.
#![expect(clippy::expect_used, reason = "a benchmark that cannot run stops")]

use criterion::{Criterion, criterion_group, criterion_main};
use kinward::pdf;
use kinward_family::{
    condition::Actionability,
    disclosure::Level,
    kind::Kind,
    language::Languages,
    letter::{Letter, LetterParts, TextSize},
    sample,
};

fn parts(kind: Kind, level: Level, languages: Languages) -> LetterParts {
    sample::parts(kind, level, Actionability::AdultActionable, languages, TextSize::Ordinary)
        .expect("a made-up letter has its parts")
}

fn letters(criterion: &mut Criterion) {
    let one_page = parts(Kind::AddressWanted, Level::L0, Languages::default());
    criterion.bench_function("one_page_letter", |bench| {
        bench.iter(|| {
            let letter = Letter::write(one_page.clone()).expect("letter");
            let pdf = pdf::letter(&letter).expect("pdf");
            assert_eq!(pdf.pages(), 1);
            pdf
        });
    });
    let longest = parts(Kind::DirectContact, Level::L2, Languages::WelshThenEnglish);
    criterion.bench_function("seven_pages_in_two_languages", |bench| {
        bench.iter(|| pdf::letter(&Letter::write(longest.clone()).expect("letter")).expect("pdf"));
    });
}

criterion_group!(benches, letters);
criterion_main!(benches);
