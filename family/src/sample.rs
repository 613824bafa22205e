//! Made-up letters, one of every kind: for galleries, previews and tests.
//! Must not know: any person. Whoever holds these has a letter to nobody.

use crate::{
    condition::{Actionability, Condition},
    disclosure::{Disclosure, Level},
    fact::{Classification, FamilialFact, Gene, VariantName},
    invitation::{FamilyReference, InvitationCode},
    kind::{Asks, Form, Kind},
    language::Languages,
    letter::{AcmgClass, Addressee, HouseName, LetterDate, LetterParts, Matter, Subject, TextSize},
    named::NamedIndex,
    person::{PostalAddress, RecipientName},
    service::{ServiceCard, ServiceParts, Signatory, WelshParts},
};

/// The parts of a made-up letter about a condition of `class`; nothing only if a made-up value were wrong, which a test
/// rules out.
pub fn parts(
    kind: Kind,
    level: Level,
    class: Actionability,
    languages: Languages,
    size: TextSize,
) -> Option<LetterParts> {
    let relative = name("Siân", "Llŷr-Rhys")?;
    let home = address(&["Flat 2", "14 Heol y Felin", "Aberystwyth"], "SY23 4AA")?;
    let abroad = ["4 Harbour Street".to_owned(), "Galway".to_owned()];
    let to = match kind.form() {
        Form::Person if kind == Kind::Abroad => {
            Addressee::Person(relative, PostalAddress::abroad(&abroad, "Ireland").ok()?)
        }
        Form::Person => Addressee::Person(relative, home),
        Form::ByHand => Addressee::ByHand(relative),
        Form::Whoever => Addressee::Whoever,
        Form::House => {
            let house = address(&["2 Larch Road", "Stroud"], "GL5 1AA")?;
            Addressee::House(HouseName::parse("Larch Road Surgery").ok()?, house)
        }
    };
    let since = Some(LetterDate::new(2026, 10, 12).ok()?);
    let matter = match kind.asks() {
        Asks::Nothing => Matter::Nothing,
        Asks::Earlier => Matter::Earlier(LetterDate::new(2026, 9, 30).ok()?),
        Asks::Subject => Matter::Subject(subject()?),
        Asks::Reclassified if matches!(kind, Kind::ReclassifiedDown | Kind::ReclassifiedDownByHand) => {
            Matter::Reclassified { was: AcmgClass::Pathogenic, now: AcmgClass::Uncertain, since }
        }
        Asks::Reclassified => {
            Matter::Reclassified { was: AcmgClass::Uncertain, now: AcmgClass::Pathogenic, since }
        }
    };
    Some(LetterParts {
        kind,
        disclosure: disclosure(level, class)?,
        to,
        matter,
        service: service()?,
        signatory: Signatory::parse("Nia Morgan", "Genetic counsellor")
            .ok()?
            .in_welsh(Some("Cwnselydd geneteg"))
            .ok()?,
        reference: FamilyReference::parse("KW-7F3K-9QXM").ok()?,
        code: Some(InvitationCode::from_bytes(&[7, 93, 201, 14, 55, 160, 33, 8])),
        date: LetterDate::new(2026, 11, 22).ok()?,
        languages,
        size,
        further: Vec::new(),
    })
}

/// Of whom a made-up letter speaks.
pub fn subject() -> Option<Subject> {
    Some(Subject { name: name("Elin", "Pryce")?, birth_date: LetterDate::new(2015, 2, 3).ok()? })
}

fn address(lines: &[&str], postcode: &str) -> Option<PostalAddress> {
    let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    PostalAddress::parse(&lines, postcode).ok()
}

fn name(given: &str, family: &str) -> Option<RecipientName> {
    RecipientName::parse(given, family).ok()
}

/// In both languages. The telephone number is of a range kept free for drama.
fn service() -> Option<ServiceCard> {
    ServiceCard::parse(ServiceParts {
        name: "Severnside Clinical Genetics Service".into(),
        sender_name: "Severnside Health Service".into(),
        address_lines: vec!["Severnside Hospital".into(), "12 River Road".into(), "Bristol BS1 1AA".into()],
        phone: "01632 960 700".into(),
        hours: "Monday to Friday, 9am to 4pm".into(),
        email: "hello@severnside.example".into(),
        web: "https://severnside.example".into(),
        portal_address: "https://letters.severnside.example/r".into(),
        welsh: Some(WelshParts {
            name: "Gwasanaeth Geneteg Glinigol Glan Hafren".into(),
            sender_name: "Gwasanaeth Iechyd Glan Hafren".into(),
            hours: "dydd Llun i ddydd Gwener, 9am tan 4pm".into(),
        }),
    })
    .ok()
}

/// Gene, variant and condition of each class.
fn fact(class: Actionability) -> Option<FamilialFact> {
    let (key, gene, variant) = match class {
        Actionability::ChildhoodActionable => ("fh", "LDLR", "NM_000527.5:c.1060+1G>A"),
        Actionability::AdultActionable => ("lynch", "MSH2", "NM_000251.3:c.942+3A>T"),
        Actionability::Reproductive => ("cystic_fibrosis", "CFTR", "NM_000492.4:c.1521_1523del"),
        Actionability::NotPreventable => ("huntington", "HTT", "NM_002111.8:c.52CAG[44]"),
    };
    let condition = Condition::by_key(key)?;
    FamilialFact::new(
        condition,
        Gene::parse(gene).ok()?,
        vec![VariantName::parse(variant).ok()?],
        Classification::Pathogenic,
        condition.inheritance(),
        condition.relative_test_code().clone(),
    )
    .ok()
}

fn disclosure(level: Level, class: Actionability) -> Option<Disclosure> {
    Some(match level {
        Level::L0 => Disclosure::ContactUs,
        Level::L1 => Disclosure::ConditionClass(fact(class)?),
        Level::L2 => Disclosure::Variant(fact(class)?),
        Level::L3 => {
            Disclosure::Named(fact(class)?, NamedIndex::by_consent(name("Bronwen", "Pryce")?, "made-up")?)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letter::Letter;

    #[test]
    fn every_kind_has_a_made_up_letter_for_every_class_language_and_size() {
        for kind in Kind::ALL {
            for level in kind.levels() {
                for class in Actionability::ALL {
                    for languages in Languages::ALL {
                        let parts = parts(kind, *level, class, languages, TextSize::Large18).unwrap();
                        Letter::write(parts).unwrap();
                    }
                }
            }
        }
    }
}
