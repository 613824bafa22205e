//! Draws a family that has every symbol once: `cargo run -p kinward-pedigree --example symbols -- OUT.svg`.
//! Must not know: anything that is not public.

use kinward_pedigree::{
    Affected, Badge, Childless, Condition, Consanguinity, Count, DrawOptions, Drawing, Gender, Label, Life,
    ParentKind, Pedigree, Person, PersonId, Sex, Union, Zygosity,
};
use std::{error::Error, fs};

struct Family(Pedigree);

impl Family {
    fn person(&mut self, person: Person, parents: &[&str]) {
        let id = person.id.clone();
        self.0.add_person(person);
        for &parent in parents {
            self.0.add_parent(&id, &parent.into(), ParentKind::Biological);
        }
    }

    fn plain(&mut self, id: &str, sex: Sex, parents: &[&str]) {
        self.person(Person::new(id, sex), parents);
    }
}

fn with(code: &[&str]) -> Vec<Condition> {
    code.iter().map(|&code| Condition { code: code.to_owned(), age: None }).collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    let out = std::env::args().nth(1).ok_or("say: symbols OUT.svg")?;
    let drawing = drawing();
    fs::write(out, drawing.svg())?;
    println!("{}", serde_json::to_string(&kinward_pedigree::score(&drawing))?);
    Ok(())
}

pub fn drawing() -> Drawing {
    let mut family = Family(Pedigree::new());
    let (man, woman, unknown) = (Sex::Male, Sex::Female, Sex::Unknown);
    family.person(
        Person {
            life: Life::Deceased,
            birth_year: Some(1931),
            age: Some(71),
            conditions: with(&["Bowel cancer"]),
            ..Person::new("a1", man)
        },
        &[],
    );
    family.person(Person { life: Life::Deceased, ..Person::new("a2", woman) }, &[]);
    family.plain("b1", man, &[]);
    family.plain("b2", woman, &[]);
    // Uncles and aunts.
    family.person(
        Person { conditions: with(&["Breast cancer"]), birth_year: Some(1955), ..Person::new("c1", woman) },
        &["a1", "a2"],
    );
    family.plain("c1h", man, &[]);
    family.person(
        Person {
            conditions: with(&["Bowel cancer", "Ovarian cancer"]),
            life: Life::Deceased,
            age: Some(48),
            birth_year: Some(1957),
            ..Person::new("c2", woman)
        },
        &["a1", "a2"],
    );
    family.person(Person { birth_year: Some(1960), ..Person::new("c3", man) }, &["a1", "a2"]);
    family.plain("c4", woman, &["b1", "b2"]);
    family.person(Person { gender: Some(Gender::NonBinary), ..Person::new("c5", woman) }, &["b1", "b2"]);
    family.person(Person { count: Count::Several(3), ..Person::new("c6", unknown) }, &["b1", "b2"]);
    family.person(Person { childless: Some(Childless::Infertile), ..Person::new("c7", man) }, &["b1", "b2"]);
    // Her children: twins of one egg, a loss, a stillbirth, a termination.
    family.person(
        Person {
            weeks: Some(9),
            life: Life::Miscarriage,
            birth_order: Some(1),
            ..Person::new("d1", unknown)
        },
        &["c1", "c1h"],
    );
    family.person(
        Person { life: Life::Stillbirth, weeks: Some(28), birth_order: Some(2), ..Person::new("d2", man) },
        &["c1", "c1h"],
    );
    family.person(Person { birth_order: Some(3), ..Person::new("d3", woman) }, &["c1", "c1h"]);
    family.person(Person { birth_order: Some(4), ..Person::new("d4", woman) }, &["c1", "c1h"]);
    family.person(
        Person {
            life: Life::Termination,
            weeks: Some(13),
            birth_order: Some(5),
            ..Person::new("d5", unknown)
        },
        &["c1", "c1h"],
    );
    family.0.add_twins(["d3".into(), "d4".into()], Zygosity::Monozygotic);
    // The proband, her brothers and sisters, an adopted sister.
    family.person(
        Person {
            proband: true,
            conditions: with(&["Breast cancer", "Melanoma"]),
            birth_order: Some(1),
            age: Some(41),
            ..Person::new("p", woman)
        },
        &["c3", "c4"],
    );
    family.person(Person { birth_order: Some(2), ..Person::new("q1", man) }, &["c3", "c4"]);
    family.person(Person { birth_order: Some(3), ..Person::new("q2", woman) }, &["c3", "c4"]);
    family.person(
        Person {
            gender: Some(Gender::Woman),
            consultand: true,
            birth_order: Some(4),
            ..Person::new("q3", man)
        },
        &["c3", "c4"],
    );
    family.0.add_twins(["q1".into(), "q2".into()], Zygosity::Unknown);
    family.plain("ad", woman, &[]);
    for parent in ["c3", "c4"] {
        family.0.add_parent(&"ad".into(), &parent.into(), ParentKind::Legal);
    }
    // Her husbands, a donor's child, a child that somebody else carries.
    family.plain("h1", man, &[]);
    family.plain("h2", man, &[]);
    family.plain("h3", man, &[]);
    family.0.add_union(Union { ended: true, ..Union::new("p", "h1") });
    family.person(Person { affected: Affected::Yes, ..Person::new("e1", man) }, &["p", "h1"]);
    family.plain("e2", woman, &["p", "h2"]);
    family.plain("e4", woman, &["p", "h3"]);
    family.plain("w", woman, &[]);
    family.0.add_union(Union {
        childless: Some(Childless::Choice),
        consanguinity: Consanguinity::Stated,
        ..Union::new("q1", "w")
    });
    family.plain("q2h", man, &[]);
    family.plain("don", man, &[]);
    family.person(Person { birth_order: Some(1), ..Person::new("f1", woman) }, &["q2"]);
    family.0.add_parent(&"f1".into(), &"q2".into(), ParentKind::Legal);
    family.0.add_parent(&"f1".into(), &"q2h".into(), ParentKind::Legal);
    family.0.add_donor(&"f1".into(), &"don".into());
    family.plain("q3h", man, &[]);
    family.plain("gc", woman, &[]);
    family.person(
        Person { life: Life::Pregnancy, weeks: Some(20), ..Person::new("g1", unknown) },
        &["q3", "q3h"],
    );
    family.0.add_parent(&"g1".into(), &"gc".into(), ParentKind::Gestational);

    let mut badges = Badge::ALL.into_iter();
    let label = |badge: Option<Badge>| Label {
        lines: badge.map(|badge| badge.meaning().to_owned()).into_iter().collect(),
        badge,
    };
    let labels = ["c1", "c5", "c7", "b2", "d3", "d4", "q1", "q2", "ad", "e1", "e2", "e4"];
    let labels = labels.into_iter().map(|id| (PersonId::from(id), label(badges.next()))).collect();
    Drawing::new(&family.0, &DrawOptions { labels, ages: true, ..DrawOptions::default() })
}
