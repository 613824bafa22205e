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
            "Read the square code, or open this address and type the identifier and the digest:".into(),
            content.check.rsplit_once('/').map_or("", |(page, _)| page).to_owned(),
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
    if let [only] = content.variants.as_slice() {
        facts.push(fact("Variant (HGVS)", names(only).join("\n")));
        facts.push(fact("Transcript", &only.transcript));
        let place: Vec<&str> =
            [&only.build, &only.genomic].into_iter().flatten().map(String::as_str).collect();
        let place =
            if place.is_empty() { "Not in the laboratory's report".to_owned() } else { place.join("\n") };
        facts.push(fact("Genome build, coordinates", place));
    } else {
        // Of several variants each has one row, so that the page stays one; the name begins with the transcript.
        for (place, variant) in content.variants.iter().enumerate() {
            let mut lines = vec![names(variant).join(", ")];
            let place_of: Vec<&str> =
                [&variant.build, &variant.genomic].into_iter().flatten().map(String::as_str).collect();
            lines.extend((!place_of.is_empty()).then(|| place_of.join(", ")));
            facts.push(fact(&format!("Variant {} (HGVS)", place + 1), lines.join("\n")));
        }
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
    vec![
        fact("Condition", &content.condition),
        fact(
            "Inheritance",
            [Some(inheritance), together].into_iter().flatten().collect::<Vec<_>>().join(". "),
        ),
        fact("Test for relatives", &content.test_for_relatives),
        fact("Method", content.method.as_deref().unwrap_or("Any that detects the variant")),
        fact("Positive control", content.positive_control.in_words()),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clinic::result::certificate::content::Issuer, ids::CertificateId};

    #[test]
    fn the_fullest_certificate_is_still_one_page() {
        let id = CertificateId::new(&crate::clock::SeededChance::new(1));
        let variant = |n: usize| Variant {
            coding: format!("NM_004006.3:c.(6438+{n}_6439-1)_(7309+1_7310-1)del"),
            transcript: "NM_004006.3".into(),
            protein: Some("NP_003997.2:p.(Ser1982Argfs*22)".into()),
            genomic: Some("NC_000023.11:g.(31060227_31100351)_(33274278_33417151)del".into()),
            build: Some("GRCh38".into()),
        };
        let content = Content {
            kind: String::new(),
            version: 2,
            id,
            check: format!("https://genetics.a-long-name-of-a-trust.example.nhs.uk/kinward/certificate/{id}"),
            family_reference: "KW-7F3K-9QXM".into(),
            gene: "DMD".into(),
            variants: (1..=4).map(variant).collect(),
            classification: "likely_pathogenic".into(),
            classification_date: Some("2026-11-23".into()),
            classification_version: Some(3),
            inheritance: "autosomal_recessive".into(),
            biallelic: Some("different_variants".into()),
            condition: "A condition with a name that is long enough to take more than one line here".into(),
            test_for_relatives: "R242.1".into(),
            method: Some("M".repeat(80)),
            positive_control: super::super::typed::Control {
                available: true,
                reference: Some("P".repeat(40)),
            },
            issued_by: Issuer {
                service: "The Regional Clinical Genetics Service of a Large Place".into(),
                address: vec!["Department of Clinical Genetics, Third Floor".into(); 6],
                phone: "0113 496 0000".into(),
                hours: "Monday to Friday, 9am to 4pm".into(),
                email: "genetics@northmoor.example".into(),
                web: "www.northmoor.example".into(),
            },
            issued_on: crate::db::UtcDate::new(2026, 11, 23).unwrap(),
        };
        assert_eq!(pdf(&content, &"a".repeat(64)).unwrap().pages(), 1);
    }
}
