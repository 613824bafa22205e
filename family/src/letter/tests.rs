//! Stories of letters: what each level tells, what none may tell, and that no value can change a letter's shape.
//! Must not know: anything but the crate's own types.

use proptest::prelude::*;

use std::collections::BTreeMap;

use super::*;
use crate::{
    condition::Condition,
    fact::{Classification, FamilialFact, Gene, Inheritance, TestCode, VariantName},
    kind::Asks,
    kind::Form,
    lint::{Forbidden, scan},
    person::PostalAddress,
    service,
};

fn fact(condition: Condition) -> FamilialFact {
    FamilialFact::new(
        condition,
        Gene::parse("BRCA2").unwrap(),
        vec![
            VariantName::parse("NM_000059.4:c.5946del").unwrap(),
            VariantName::parse("NM_000059.4:c.67+1G>A").unwrap(),
        ],
        Classification::LikelyPathogenic,
        Inheritance::AutosomalDominant,
        TestCode::parse("R242").unwrap(),
    )
    .unwrap()
}

fn breast_ovarian() -> FamilialFact {
    fact(Condition::by_key("breast_ovarian").unwrap())
}

fn parts(disclosure: Disclosure) -> LetterParts {
    of_kind(Kind::DirectContact, disclosure)
}

fn day(year: u16, month: u8, day: u8) -> LetterDate {
    LetterDate::new(year, month, day).unwrap()
}

fn subject() -> Subject {
    Subject { name: RecipientName::parse("Elin", "Quorrill").unwrap(), birth_date: day(2015, 2, 3) }
}

/// The parts of a letter of any kind, with what it asks for.
fn of_kind(kind: Kind, disclosure: Disclosure) -> LetterParts {
    let name = RecipientName::parse("Jo", "O'Neill-Smith").unwrap();
    let at = |lines: [&str; 2]| lines.map(str::to_owned);
    let home = PostalAddress::parse(&at(["12 High Street", "Leeds"]), "LS9 7TF").unwrap();
    let away = PostalAddress::abroad(&at(["12 High Street", "Leinster"]), "Ireland").unwrap();
    let house = HouseName::parse("Larch Road Surgery").unwrap();
    LetterParts {
        kind,
        disclosure,
        to: match kind.form() {
            Form::Person if kind == Kind::Abroad => Addressee::Person(name, away),
            Form::Person => Addressee::Person(name, home),
            Form::ByHand => Addressee::ByHand(name),
            Form::Whoever => Addressee::Whoever,
            Form::House => Addressee::House(house, home),
        },
        matter: match kind.asks() {
            Asks::Nothing => Matter::Nothing,
            Asks::Earlier => Matter::Earlier(day(2026, 9, 30)),
            Asks::Subject => Matter::Subject(subject()),
            Asks::Reclassified if matches!(kind, Kind::ReclassifiedUp | Kind::ReclassifiedUpByHand) => {
                Matter::Reclassified {
                    was: AcmgClass::Uncertain,
                    now: AcmgClass::LikelyPathogenic,
                    since: Some(LetterDate::new(2026, 10, 12).unwrap()),
                }
            }
            Asks::Reclassified => Matter::Reclassified {
                was: AcmgClass::LikelyPathogenic,
                now: AcmgClass::Uncertain,
                since: None,
            },
        },
        service: ServiceCard::parse(service::tests::parts()).unwrap(),
        signatory: Signatory::parse("Dr Alex Example", "Consultant in clinical genetics")
            .and_then(|signatory| signatory.in_welsh(Some("Ymgynghorydd mewn geneteg glinigol")))
            .unwrap(),
        reference: FamilyReference::parse("KW-7F3K-9QXM").unwrap(),
        code: Some(InvitationCode::from_bytes(&[7, 93, 201, 14, 55, 160, 33, 8])),
        date: day(2026, 11, 22),
        languages: Languages::default(),
        size: TextSize::default(),
        further: Vec::new(),
    }
}

fn letter(disclosure: Disclosure) -> Letter {
    Letter::write(parts(disclosure)).unwrap()
}

fn disclosed(level: Level, fact: FamilialFact) -> Disclosure {
    match level {
        Level::L0 => Disclosure::ContactUs,
        Level::L1 => Disclosure::ConditionClass(fact),
        Level::L2 => Disclosure::Variant(fact),
        Level::L3 => named_of(fact),
    }
}

/// Every kind at every level it has, about one condition.
fn every_kind(condition: Condition, languages: Languages) -> Vec<Letter> {
    let pairs = Kind::ALL.into_iter().flat_map(|kind| kind.levels().iter().map(move |level| (kind, *level)));
    pairs
        .map(|(kind, level)| {
            let parts = of_kind(kind, disclosed(level, fact(condition)));
            Letter::write(LetterParts { languages, ..parts })
                .unwrap_or_else(|e| panic!("{} {level} {languages:?}: {e}", kind.as_str()))
        })
        .collect()
}

fn first_wording(letter: &Letter) -> &Wording {
    letter.wordings().first().unwrap()
}

/// Whether its reader is somebody of the family, who must find it easy.
fn is_for_family(letter: &Letter) -> bool {
    letter.kind().form() != Form::House
}

fn named() -> Disclosure {
    named_of(breast_ovarian())
}

fn named_of(fact: FamilialFact) -> Disclosure {
    let name = RecipientName::parse("Zquorvane", "Xylbrant").unwrap();
    Disclosure::Named(fact, crate::named::NamedIndex::by_consent(name, "a consent").unwrap())
}

fn every_level() -> [Letter; 4] {
    [
        letter(Disclosure::ContactUs),
        letter(Disclosure::ConditionClass(breast_ovarian())),
        letter(Disclosure::Variant(breast_ovarian())),
        letter(named()),
    ]
}

fn forbidden(words: &[&str]) -> Vec<Forbidden> {
    words.iter().map(|w| Forbidden::new(*w, "")).collect()
}

#[test]
fn only_a_letter_at_l3_names_the_proband_and_tells_no_more_than_l2_beside() {
    for letter in every_level() {
        let names = letter.plain_text().contains("Zquorvane Xylbrant");
        assert_eq!(names, letter.level() == Level::L3, "{letter:?}");
        assert!(!letter.store().fact_json.contains("Zquorvane"), "{letter:?}");
    }
    assert!(crate::named::NamedIndex::by_consent(RecipientName::parse("A", "B").unwrap(), " ").is_none());
    // An altered row cannot turn an unnamed letter into one that names, nor the other way round.
    let (unnamed, with_name) = (letter(Disclosure::Variant(breast_ovarian())), letter(named()));
    let mixed = [
        StoredLetter { recipient_json: with_name.store().recipient_json, ..unnamed.store() },
        StoredLetter { recipient_json: unnamed.store().recipient_json, ..with_name.store() },
    ];
    for stored in mixed {
        assert!(Letter::reopen(&stored, unnamed.code().unwrap().clone()).is_err());
    }
    assert_eq!(format!("{:?}", named().named().unwrap()), "NamedIndex(..)");
}

#[test]
fn the_letters_read_as_the_snapshots_show() {
    for letter in every_level() {
        let name = letter.level().as_str();
        insta::assert_snapshot!(format!("{name}_text"), letter.plain_text());
        insta::assert_snapshot!(format!("{name}_html"), letter.html());
    }
}

#[test]
fn a_letter_at_l0_does_not_hint_at_genes_or_a_condition() {
    let letter = letter(Disclosure::ContactUs);
    let all = format!("{}\n{}\n{}", letter.title(), letter.plain_text(), letter.html()).to_lowercase();
    for word in [
        "gene",
        "genom",
        "condition",
        "cancer",
        "test",
        "inherit",
        "clinic",
        "variant",
        "relative",
        "insur",
        "result",
    ] {
        assert!(!all.replace("href", "").contains(word), "{word}");
    }
    assert!(all.contains("a matter of family health"));
}

#[test]
fn a_letter_at_l1_does_not_name_the_gene_the_variant_or_the_disease() {
    let letter = letter(Disclosure::ConditionClass(breast_ovarian()));
    let all = letter.plain_text() + &letter.html();
    assert_eq!(
        scan(&all, &forbidden(&["BRCA2", "NM_000059", "5946del", "R242", "breast", "ovarian", "pathogenic"])),
        []
    );
    assert!(all.contains("a condition that can raise the chance of some cancers"));
}

#[test]
fn a_letter_at_l2_gives_a_clinic_what_it_needs() {
    let letter = letter(Disclosure::Variant(breast_ovarian()));
    let facts = first_wording(&letter)
        .blocks
        .iter()
        .find_map(|b| if let Block::Facts(rows) = b { Some(rows.clone()) } else { None });
    let facts: BTreeMap<String, String> = facts.unwrap().into_iter().collect();
    assert_eq!(facts["Gene"], "BRCA2");
    assert_eq!(facts["Variant"], "NM_000059.4:c.5946del, NM_000059.4:c.67+1G>A");
    assert_eq!(facts["Classification"], "Likely pathogenic");
    assert_eq!(facts["Test code"], "R242");
    assert_eq!(facts["Family reference"], "KW-7F3K-9QXM");
    assert!(letter.html().contains("c.67+1G&gt;A"));
}

#[test]
fn no_letter_says_what_no_letter_may_say() {
    let never = forbidden(&[
        "mutation",
        "abnormal",
        "defect",
        "victim",
        "suffer",
        "suffers",
        "error",
        "error",
        "cousin",
        "sister",
        "brother",
        "mother",
        "father",
        "daughter",
        "son",
        "aunt",
        "uncle",
        "refused",
        "objected",
        "consent",
        "permission",
        "adopted",
        "adoption",
        "diagnosed",
        "must",
        "urgent",
        "urgently",
        "percent",
        "NHS number",
        "date of birth",
        "patient",
        "he",
        "she",
        "her",
        "his",
    ]);
    for condition in Condition::all() {
        for letter in every_kind(condition, Languages::default()).into_iter().filter(is_for_family) {
            let text = letter.plain_text();
            let found: Vec<String> = scan(&text, &never)
                .into_iter()
                .map(|hit| hit.found)
                // Whoever has a result of their own is told whom it may matter to.
                .filter(|word| {
                    letter.kind() != Kind::ResultFound || !word.contains("ister") && !word.contains("rother")
                })
                .collect();
            assert!(found.is_empty(), "{letter:?} {}: {found:?}", condition.key());
            assert!(!text.contains(['%', '{', '}']));
        }
    }
}

#[test]
fn every_letter_gives_the_choice_and_the_way_out() {
    for letter in every_level() {
        let text = letter.plain_text();
        for needed in [
            "your choice",
            "choose not to know",
            "change your mind",
            "free",
            "NHS",
            "our service's family records",
            "We cannot tell you",
            "stop writing to you",
            "Information Commissioner",
            "large print",
            "newest version",
            "0113 496 0000",
            "https://letters.northmoor.example/r",
            "KW-7F3K-9QXM",
            "Northmoor NHS Trust",
        ] {
            let neutral = needed == "Northmoor NHS Trust";
            assert!(
                text.contains(needed) || neutral && letter.title().contains(needed),
                "{}: {needed}",
                letter.level()
            );
        }
        assert!(text.contains(&letter.code().unwrap().shown()));
        if letter.level() > Level::L0 {
            for needed in [
                "You may or may not have it.",
                "Insurance",
                "If you have children",
                "take this letter with you",
            ] {
                assert!(text.contains(needed), "{}: {needed}", letter.level());
            }
        }
    }
}

#[test]
fn a_letter_put_away_and_opened_again_is_the_same_letter() {
    let condition = Condition::by_key("breast_ovarian").unwrap();
    let kinds = Languages::ALL.into_iter().flat_map(|l| every_kind(condition, l));
    for letter in every_level().into_iter().chain(kinds) {
        let stored = letter.store();
        let again = Letter::reopen(&stored, letter.code().unwrap().clone()).unwrap();
        assert_eq!(again.plain_text(), letter.plain_text());
        assert_eq!(again.html(), letter.html());
        assert_eq!(again.store(), stored);
        for personal in ["\"Jo\"", "Neill", "12 High Street", "LS9", "Quorrill", "Larch"] {
            assert!(!stored.fact_json.contains(personal), "{personal}");
        }
        let kept = format!("{}{}", stored.fact_json, stored.recipient_json);
        assert!(!kept.contains(letter.code().unwrap().canonical()), "the code is kept nowhere");
        for familial in ["BRCA2", "5946del", "breast", "KW-", "L1", "L2", "Northmoor"] {
            assert!(!stored.recipient_json.contains(familial), "{familial}");
        }
    }
}

#[test]
fn a_stored_letter_that_was_altered_is_refused() {
    let whole = letter(Disclosure::Variant(breast_ovarian()));
    let stored = whole.store();
    let facts = |from: &str, to: &str| {
        assert!(stored.fact_json.contains(from), "{from}");
        StoredLetter { fact_json: stored.fact_json.replace(from, to), ..stored.clone() }
    };
    let person = |from: &str, to: &str| {
        assert!(stored.recipient_json.contains(from), "{from}");
        StoredLetter { recipient_json: stored.recipient_json.replace(from, to), ..stored.clone() }
    };
    for altered in [
        facts("\"L2\"", "\"L3\""),
        facts("\"L2\"", "\"L0\""),
        facts("likely_pathogenic", "uncertain_significance"),
        facts("\"BRCA2\"", "\"Mary was ill\""),
        facts("\"2026.2\"", "\"1999.1\""),
        facts("\"direct_contact\"", "\"letter_waits\""),
        facts("\"gene\"", "\"paragraph\""),
        facts("\"en\"", "\"fr\""),
        facts("\"direct_contact\"", "\"reminder\""),
        facts("\"earlier\":null", "\"earlier\":[2026,1,1]"),
        facts("\"reclassified\":null", "\"reclassified\":[\"benign\",\"pathogenic\"]"),
        facts("[2026,11,22]", "[2026,11,32]"),
        person("12 High Street", "12 High Street\\nYour sister was tested"),
        person("\"given\":\"Jo\"", "\"given\":\"Jo <b>\""),
        person("\"last_line\"", "\"sentence\""),
        person("\"house\":null", "\"house\":\"Larch Road Surgery\""),
        person("\"abroad\":false", "\"abroad\":true"),
        StoredLetter { fact_json: String::new(), recipient_json: String::new(), words_json: String::new() },
        StoredLetter { words_json: "[{}]".into(), ..stored.clone() },
        StoredLetter { words_json: "x".into(), ..stored.clone() },
    ] {
        assert!(
            Letter::reopen(&altered, whole.code().unwrap().clone()).is_err(),
            "{}\n{}",
            altered.fact_json,
            altered.recipient_json
        );
    }
}

#[test]
fn debug_tells_level_and_template_only() {
    let letter = letter(Disclosure::Variant(breast_ovarian()));
    assert_eq!(format!("{letter:?}"), "Letter(direct_contact L2 2026.2)");
    assert_eq!(format!("{:?}", letter.store()), "StoredLetter(..)");
    let printed = format!("{:?}", parts(Disclosure::Variant(breast_ovarian())));
    for secret in ["Neill", "High Street", "BRCA2", "5946"] {
        assert!(!printed.contains(secret), "{secret}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_accepted_name_or_address_changes_the_shape_of_a_letter(
        given in "\\PC{1,20}",
        family in "[\\p{L}' .{}<#|:*-]{1,20}",
        lines in prop::collection::vec("[\\p{L}0-9 '.,/&():+#{}<-]{1,30}", 1..6),
    ) {
        let (Ok(name), Ok(address)) = (
            RecipientName::parse(&given, &family).or_else(|_| RecipientName::parse("Jo", &family)).or_else(|_| RecipientName::parse(&given, "Ng")),
            PostalAddress::parse(&lines, "LS9 7TF").or_else(|_| PostalAddress::parse(&["1 High St".to_owned()], "LS9 7TF")),
        ) else { return Ok(()) };
        let condition = Condition::by_key("breast_ovarian").unwrap();
        for usual in every_level().into_iter().chain(every_kind(condition, Languages::WelshThenEnglish)) {
            let to = match usual.to().form() {
                Form::Person if usual.kind() != Kind::Abroad => Addressee::Person(name.clone(), address.clone()),
                Form::ByHand => Addressee::ByHand(name.clone()),
                Form::Person | Form::Whoever | Form::House => usual.to().clone(),
            };
            let matter = match usual.matter() {
                Matter::Subject(about) => Matter::Subject(Subject { name: name.clone(), ..about.clone() }),
                other => other.clone(),
            };
            let window = to.window();
            let letter = Letter::write(LetterParts { to, matter, ..usual.parts.clone() }).unwrap();
            for (one, other) in letter.wordings().iter().zip(usual.wordings()) {
                prop_assert_eq!(one.blocks.len(), other.blocks.len());
            }
            prop_assert_eq!(letter.address_lines(), window.clone());
            prop_assert!(window.is_empty() || (3..=7).contains(&window.len()));
            let shape = |l: &Letter| l.plain_text().lines().count() - l.address_lines().len();
            prop_assert_eq!(shape(&letter), shape(&usual));
            let tags = |l: &Letter| l.html().matches('<').count() - l.address_lines().len().saturating_sub(1);
            prop_assert_eq!(tags(&letter), tags(&usual));
            let spoken = |l: &Letter| l.ssml().matches("<p").count() - l.address_lines().len();
            prop_assert_eq!(spoken(&letter), spoken(&usual));
            let again = Letter::reopen(&letter.store(), letter.code().unwrap().clone()).unwrap();
            prop_assert_eq!(again.plain_text(), letter.plain_text());
        }
    }
}

#[path = "tests/kinds.rs"]
mod kinds;
