//! Stories of letters: what each level tells, what none may tell, and that no value can change a letter's shape.
//! Must not know: anything but the crate's own types.

use proptest::prelude::*;

use super::*;
use crate::{
    condition::Condition,
    fact::{Classification, Gene, Inheritance, TestCode},
    lint::{Forbidden, reading_ease, scan},
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
    LetterParts {
        disclosure,
        recipient: RecipientName::parse("Jo", "O'Neill-Smith").unwrap(),
        address: PostalAddress::parse(&["12 High Street".to_owned(), "Leeds".to_owned()], "LS9 7TF").unwrap(),
        service: ServiceCard::parse(service::tests::parts()).unwrap(),
        signatory: Signatory::parse("Dr Alex Example", "Consultant in clinical genetics").unwrap(),
        reference: FamilyReference::parse("KW-7F3K-9QXM").unwrap(),
        code: InvitationCode::from_bytes(&[7, 93, 201, 14, 55, 160, 33, 8]),
        date: LetterDate::new(2026, 11, 22).unwrap(),
        language: Language::English,
    }
}

fn letter(disclosure: Disclosure) -> Letter {
    Letter::direct_contact(parts(disclosure)).unwrap()
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

/// What a relative reads: the paragraphs and items, a line each, without the table for the clinic.
fn body(letter: &Letter) -> String {
    let mut lines = Vec::new();
    for block in letter.blocks() {
        match block {
            Block::Paragraph(text) => lines.push(text.clone()),
            Block::List(items) => lines.extend(items.iter().cloned()),
            Block::Heading(_) | Block::Facts(_) | Block::Code(_) | Block::SignOff(_) => {}
        }
    }
    lines.join("\n")
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
        assert!(Letter::reopen(&stored, unnamed.code().clone()).is_err());
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
    let facts = letter
        .blocks()
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
        for disclosure in [
            Disclosure::ContactUs,
            Disclosure::ConditionClass(fact(condition)),
            Disclosure::Variant(fact(condition)),
            named_of(fact(condition)),
        ] {
            let letter = letter(disclosure);
            let text = letter.plain_text();
            let found: Vec<String> = scan(&text, &never).into_iter().map(|hit| hit.found).collect();
            assert!(found.is_empty(), "{} {}: {found:?}", letter.level(), condition.key());
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
        assert!(text.contains(&letter.code().shown()));
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
fn every_letter_is_easy_to_read_whatever_the_condition() {
    for condition in Condition::all() {
        for disclosure in [
            Disclosure::ContactUs,
            Disclosure::ConditionClass(fact(condition)),
            Disclosure::Variant(fact(condition)),
            named_of(fact(condition)),
        ] {
            let letter = letter(disclosure);
            let ease = reading_ease(&body(&letter));
            assert!(ease.flesch >= 70.0, "{} {}: {ease:?}", letter.level(), condition.key());
            assert!(ease.longest_sentence <= 20, "{} {}: {ease:?}", letter.level(), condition.key());
            for block in letter.blocks() {
                if let Block::Paragraph(text) = block {
                    assert!(text.matches(". ").count() < 3, "more than three sentences: {text}");
                }
            }
        }
    }
}

#[test]
fn both_twins_hold_the_same_words_in_the_same_order() {
    for letter in every_level() {
        let bare = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut html = letter.html();
        for (tag, text) in [("<li>", "- "), ("<br>", " "), ("</li>", " "), ("</dt>", ": "), ("</dd>", " ")] {
            html = html.replace(tag, text);
        }
        let mut plain = String::new();
        let mut inside = false;
        for c in html.chars() {
            match c {
                '<' => inside = true,
                '>' => inside = false,
                _ if !inside => plain.push(c),
                _ => {}
            }
        }
        for (entity, c) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")] {
            plain = plain.replace(entity, c);
        }
        assert_eq!(bare(plain), bare(letter.plain_text()));
    }
}

#[test]
fn a_letter_put_away_and_opened_again_is_the_same_letter() {
    for letter in every_level() {
        let stored = letter.store();
        let again = Letter::reopen(&stored, letter.code().clone()).unwrap();
        assert_eq!(again.plain_text(), letter.plain_text());
        assert_eq!(again.html(), letter.html());
        assert_eq!(again.store(), stored);
        for personal in ["Jo", "Neill", "12 High Street", "LS9"] {
            assert!(!stored.fact_json.contains(personal), "{personal}");
        }
        let kept = format!("{}{}", stored.fact_json, stored.recipient_json);
        assert!(!kept.contains(letter.code().canonical()), "the code is kept nowhere");
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
        facts("\"2026.1\"", "\"1999.1\""),
        facts("\"direct_contact\"", "\"letter_waits\""),
        facts("\"gene\"", "\"paragraph\""),
        facts("\"en\"", "\"cy\""),
        facts("[2026,11,22]", "[2026,11,32]"),
        person("12 High Street", "12 High Street\\nYour sister was tested"),
        person("\"given\":\"Jo\"", "\"given\":\"Jo <b>\""),
        person("\"postcode\"", "\"sentence\""),
        StoredLetter { fact_json: String::new(), recipient_json: String::new() },
    ] {
        assert!(
            Letter::reopen(&altered, whole.code().clone()).is_err(),
            "{}\n{}",
            altered.fact_json,
            altered.recipient_json
        );
    }
}

#[test]
fn a_letter_in_welsh_waits_for_its_translation() {
    let refused =
        Letter::direct_contact(LetterParts { language: Language::Welsh, ..parts(Disclosure::ContactUs) });
    assert_eq!(refused.err(), Some(WordingError::NoTranslation("Welsh")));
}

#[test]
fn debug_tells_level_and_template_only() {
    let letter = letter(Disclosure::Variant(breast_ovarian()));
    assert_eq!(format!("{letter:?}"), "Letter(direct_contact L2 2026.1)");
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
        for usual in every_level() {
            let parts = LetterParts { recipient: name.clone(), address: address.clone(), ..usual.parts.clone() };
            let letter = Letter::direct_contact(parts).unwrap();
            prop_assert_eq!(letter.blocks().len(), usual.blocks().len());
            prop_assert_eq!(letter.address_lines().len(), address.lines().len() + 2);
            prop_assert!((3..=7).contains(&letter.address_lines().len()));
            let shape = |l: &Letter| l.plain_text().lines().count() - l.address_lines().len();
            prop_assert_eq!(shape(&letter), shape(&usual));
            let tags = |l: &Letter| l.html().matches('<').count() - (l.address_lines().len() - 1);
            prop_assert_eq!(tags(&letter), tags(&usual));
            prop_assert_eq!(Letter::reopen(&letter.store(), letter.code().clone()).unwrap().plain_text(), letter.plain_text());
        }
    }
}
