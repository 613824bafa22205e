//! Stories of every kind of letter: who may get it, how easy it is, its twins, its languages.
//! Must not know: anything but the crate's own types.

use super::*;
use crate::reading::reading_ease;

#[test]
fn every_letter_is_easy_to_read_whatever_the_condition_or_its_template_says_why_not() {
    let mut hard = Vec::new();
    for condition in Condition::all() {
        for letter in every_kind(condition, Languages::default()) {
            if letter.template().hard_because.is_some() {
                assert!(!is_for_family(&letter), "{letter:?}: a relative's letter is easy to read");
                continue;
            }
            let ease = reading_ease(&Letter::prose(first_wording(&letter)));
            if ease.flesch < 70.0 || ease.grade > 6.0 || ease.smog > 9.0 || ease.longest_sentence > 20 {
                hard.push(format!("{letter:?} {}: {ease:?}", condition.key()));
            }
            for block in &first_wording(&letter).blocks {
                if let Block::Paragraph(text) = block
                    && text.matches(". ").count() >= 3
                {
                    hard.push(format!("{letter:?}: more than three sentences: {text}"));
                }
            }
        }
    }
    hard.sort();
    hard.dedup();
    assert!(hard.is_empty(), "{}", hard.join("\n"));
}

#[test]
fn all_twins_hold_the_same_words_in_the_same_order() {
    let bare = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let condition = Condition::by_key("breast_ovarian").unwrap();
    for letter in Languages::ALL.into_iter().flat_map(|l| every_kind(condition, l)) {
        let html = [("<li>", "- "), ("<br>", " "), ("</li>", " "), ("</dt>", ": "), ("</dd>", " ")]
            .into_iter()
            .fold(letter.html(), |html, (tag, text)| html.replace(tag, text));
        assert_eq!(bare(&without_tags(&html)), bare(&letter.plain_text()), "{letter:?}");
        let plain = letter.plain_text().replace("\n- ", "\n");
        assert_eq!(bare(&without_tags(&letter.ssml())), bare(&plain), "{letter:?}");
    }
}

fn without_tags(marked: &str) -> String {
    let (mut plain, mut inside) = (String::new(), false);
    for c in marked.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => plain.push(c),
            _ => {}
        }
    }
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
        .into_iter()
        .fold(plain, |plain, (entity, c)| plain.replace(entity, c))
}

#[test]
fn speech_says_codes_and_numbers_sign_by_sign() {
    let ssml = letter(Disclosure::Variant(breast_ovarian())).ssml();
    for said in [
        "<say-as interpret-as=\"telephone\">0113 496 0000</say-as>",
        "<say-as interpret-as=\"characters\">KW-7F3K-9QXM</say-as>",
        "Variant: <say-as interpret-as=\"characters\">NM_000059.4:c.5946del, NM_000059.4:c.67+1G&gt;A</say-as>",
        "Gene: <say-as interpret-as=\"characters\">BRCA2</say-as>",
        "xml:lang=\"en-GB\"",
    ] {
        assert!(ssml.contains(said), "{said}\n{ssml}");
    }
}

#[test]
fn a_letter_in_both_languages_has_the_welsh_first_and_says_the_same_twice() {
    let condition = Condition::by_key("breast_ovarian").unwrap();
    for letter in every_kind(condition, Languages::WelshThenEnglish) {
        let [welsh, english] = letter.wordings() else { panic!("{letter:?}") };
        assert_eq!((welsh.language, english.language), (Language::Welsh, Language::English));
        assert_eq!(welsh.blocks.len(), english.blocks.len(), "{letter:?}");
        assert_eq!(letter.title(), "Llythyr gan Ymddiriedolaeth GIG Northmoor");
        assert_eq!(letter.date(), "22 Tachwedd 2026 / 22 November 2026");
        let text = letter.plain_text();
        assert!(text.contains("Ein cyfeirnod / Our reference: KW-7F3K-9QXM"), "{text}");
        // What identifies somebody or is copied exactly is the same in both.
        for block in &welsh.blocks {
            if let Block::Code(code) = block {
                assert_eq!(text.matches(code.as_str()).count(), 2);
            }
        }
    }
}

#[test]
fn no_language_is_written_in_that_lacks_a_word() {
    let without = service::ServiceParts { welsh: None, ..service::tests::parts() };
    let service = ServiceCard::parse(without).unwrap();
    for languages in [Languages::Only(Language::Welsh), Languages::WelshThenEnglish] {
        let parts = LetterParts { languages, service: service.clone(), ..parts(Disclosure::ContactUs) };
        assert_eq!(Letter::write(parts).err(), Some(WordingError::NoTranslation("Welsh")));
    }
}

#[test]
fn a_kind_is_written_only_at_its_levels_to_its_readers_with_what_it_asks() {
    let usual = || of_kind(Kind::Reminder, Disclosure::ContactUs);
    let at_home = || of_kind(Kind::YoungPerson, Disclosure::Variant(breast_ovarian()));
    assert!(Letter::write(usual()).is_ok());
    let level = LetterParts { disclosure: Disclosure::Variant(breast_ovarian()), ..usual() };
    assert!(matches!(Letter::write(level).err(), Some(WordingError::NoTemplate { level: Level::L2, .. })));
    let matter = LetterParts { matter: Matter::Nothing, ..usual() };
    assert!(matches!(Letter::write(matter).err(), Some(WordingError::Parts(..))));
    let to = LetterParts { to: Addressee::Whoever, ..usual() };
    assert!(matches!(Letter::write(to).err(), Some(WordingError::Parts(..))));
    let away = of_kind(Kind::Abroad, Disclosure::Variant(breast_ovarian())).to;
    assert!(matches!(
        Letter::write(LetterParts { to: away.clone(), ..at_home() }).err(),
        Some(WordingError::Parts(..))
    ));
    let followed = Letter::write(LetterParts { to: away, ..usual() }).unwrap().plain_text();
    assert!(followed.contains("+44 ") && !followed.contains(" 0113"), "{followed}");
    let none = LetterParts { code: None, ..usual() };
    assert!(
        matches!(Letter::write(none).err(), Some(WordingError::MissingValue(_, place)) if place == "code")
    );
    // A class that goes the other way is another letter.
    let up = of_kind(Kind::ReclassifiedUp, Disclosure::Variant(breast_ovarian()));
    let down = of_kind(Kind::ReclassifiedDown, Disclosure::Variant(breast_ovarian()));
    let crossed = LetterParts { matter: down.matter, ..up };
    assert!(matches!(Letter::write(crossed).err(), Some(WordingError::Parts(..))));
}

#[test]
fn what_repeats_or_closes_or_asks_the_way_names_no_condition() {
    for condition in Condition::all() {
        for letter in every_kind(condition, Languages::default()) {
            if letter.level() > Level::L0 {
                continue;
            }
            let text = letter.plain_text().to_lowercase();
            for word in ["gene", "condition", "cancer", "test", "variant", "inherit", "result", "clinic"] {
                assert!(!text.contains(word), "{letter:?}: {word}");
            }
        }
    }
}

#[test]
fn what_is_for_a_condition_that_can_wait_pushes_nobody() {
    let huntington = Condition::by_key("huntington").unwrap();
    let bowel = Condition::by_key("fap").unwrap();
    let text = |kind, condition| {
        Letter::write(of_kind(kind, Disclosure::Variant(fact(condition)))).unwrap().plain_text()
    };
    assert!(text(Kind::ParentOfMinor, huntington).contains("A test can wait"));
    assert!(text(Kind::ParentOfMinor, bowel).contains("A test can help now"));
    assert!(text(Kind::DirectContact, huntington).contains("more than once"));
    assert!(!text(Kind::DirectContact, bowel).contains("more than once"));
}

#[test]
fn every_kind_reads_as_the_snapshots_show() {
    let condition = Condition::by_key("lynch").unwrap();
    for languages in [Languages::default(), Languages::Only(Language::Welsh)] {
        for letter in every_kind(condition, languages) {
            let name = format!("{}.{}.{}", letter.kind().as_str(), letter.level(), languages.code());
            insta::assert_snapshot!(name, letter.plain_text());
        }
    }
}
