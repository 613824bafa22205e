//! A certificate on paper: one page that a laboratory reads, with a square code by which it is checked.
//! Must not know: results, persons, or the signature: paper is checked on the public page.

use super::content::{Content, Variant, grouped, short};
use crate::{
    error::{Error, Result},
    pdf::{Pdf, SquareCode, StaffRecord, checked_record},
};
use kinward_family::{
    Block,
    fact::{Biallelic, Classification, Inheritance},
};

pub(super) fn pdf(content: &Content, digest: &str) -> Result<Pdf> {
    let record = StaffRecord {
        title: "Familial variant certificate".into(),
        subtitle: "What a laboratory needs to test a relative for a variant that is known in the family. It says nothing of the person in whom the variant was found first.".into(),
        marking: "For health professionals and laboratories".into(),
        sections: vec![
            ("Variant".into(), vec![Block::Facts(variant_facts(content))]),
            ("Test".into(), vec![Block::Facts(test_facts(content))]),
            ("Issued by".into(), vec![Block::Facts(issuer_facts(content))]),
            ("Check this certificate".into(), vec![]),
        ],
        footer: "Only the public page says whether this certificate still stands. Compare what it shows with this page.".into(),
    };
    let code = SquareCode {
        holds: format!("{}?digest={}", content.check, short(digest)),
        told: "Square code with the address of the page that says whether this certificate still stands"
            .into(),
        beside: vec![
            "Read the square code, or open this address and type the digest:".into(),
            content.check.clone(),
            format!("Digest: {}", grouped(digest)),
        ],
    };
    let (year, month, day) = content.issued_on.ymd();
    let day = u16::try_from(year).ok().zip(u8::try_from(month).ok()).zip(u8::try_from(day).ok());
    let ((year, month), day) =
        day.ok_or_else(|| Error::inner("a certificate with a day that no paper can carry"))?;
    checked_record(&record, (year, month, day), &code)
        .map_err(|e| Error::not_now(format!("The certificate cannot be printed: {e}")))
}

type Fact = (String, String);

fn fact(label: &str, value: impl Into<String>) -> Fact {
    (label.to_owned(), value.into())
}

fn variant_facts(content: &Content) -> Vec<Fact> {
    let mut facts = vec![fact("Gene", &content.gene)];
    for variant in &content.variants {
        facts.push(fact("Variant (HGVS)", names(variant).join("\n")));
        facts.push(fact("Transcript", &variant.transcript));
        facts.push(fact(
            "Genome build, coordinates",
            match (&variant.build, &variant.genomic) {
                (None, None) => "Not in the laboratory's report".to_owned(),
                (Some(build), None) => build.clone(),
                (None, Some(name)) => name.clone(),
                (Some(build), Some(name)) => format!("{build}\n{name}"),
            },
        ));
    }
    let class = content.classification.parse::<Classification>().map_or("", Classification::name);
    let dated = match (&content.classification_date, content.classification_version) {
        (Some(day), Some(version)) => format!("{class}, {}, version {version}", shown(day)),
        (Some(day), None) => format!("{class}, {}", shown(day)),
        (None, Some(_) | None) => class.to_owned(),
    };
    facts.push(fact("Classification", dated));
    facts
}

fn names(variant: &Variant) -> Vec<String> {
    std::iter::once(variant.coding.clone()).chain(variant.protein.clone()).collect()
}

fn test_facts(content: &Content) -> Vec<Fact> {
    let inheritance = content.inheritance.parse::<Inheritance>().map_or("", Inheritance::name);
    let together = match content.biallelic.as_deref() {
        Some("different_variants") => Some(Biallelic::DifferentVariants.name()),
        Some(_) => Some(Biallelic::SameVariant.name()),
        None => None,
    };
    let control = &content.positive_control;
    let available = match (control.available, &control.reference) {
        (true, Some(reference)) => format!("Available, the laboratory's reference {reference}"),
        (true, None) => "Available on request".to_owned(),
        (false, Some(_) | None) => "Not available".to_owned(),
    };
    vec![
        fact("Condition", &content.condition),
        fact(
            "Inheritance",
            [Some(inheritance), together].into_iter().flatten().collect::<Vec<_>>().join(". "),
        ),
        fact("Test for relatives", &content.test_for_relatives),
        fact("Method", content.method.as_deref().unwrap_or("Any that detects the variant")),
        fact("Positive control", available),
    ]
}

fn issuer_facts(content: &Content) -> Vec<Fact> {
    let by = &content.issued_by;
    vec![
        fact("Service", format!("{}, {}", by.service, by.address.join(", "))),
        fact("Contact", format!("{} ({})\n{}", by.phone, by.hours, by.email)),
        fact("Family reference", &content.family_reference),
        fact("Issued on", content.issued_on.shown()),
        fact("Identifier", content.id.to_string()),
    ]
}

fn shown(day: &str) -> String {
    day.parse::<crate::db::UtcDate>().map_or_else(|_| day.to_owned(), |day| day.shown())
}
