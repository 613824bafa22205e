//! Words of one letter's own: who writes them, what they may not tell, who reads them before they go.
//! Must not know: rows.

use crate::support::{
    World,
    cases::{AUNT, Case, SISTER},
};
use kinward::demo::people::{AtWork, letter_open, list_of, text_of};
use kinward_family::language::Language;
use serde_json::Value;
use sha2::Digest;

fn json(who: &mut AtWork, address: &str) -> Value {
    who.program.api(address).unwrap()
}

/// Where the block that holds `words` is changed: "en/5".
fn place(who: &mut AtWork, letter: &str, language: usize, words: &str) -> String {
    let page = json(who, &format!("/letters/{letter}/words"));
    let parts = list_of(&page["sides"][language], "parts").unwrap().clone();
    let holds = |part: &&Value| part["lines"].to_string().contains(words);
    text_of(parts.iter().find(holds).unwrap(), "page").unwrap()
}

fn change(who: &mut AtWork, letter: &str, place: &str, words: &str, why: &str) -> Result<(), String> {
    let page = format!("/letters/{letter}/words/{place}");
    let fields = [("block_words", words), ("words_why", why)];
    who.browser.done(&page, &page, &fields).map(|_| ()).map_err(|e| e.public().to_owned())
}

fn check(who: &mut AtWork, letter: &str, place: &str, words: &str) -> String {
    let page = format!("/letters/{letter}/words/{place}");
    who.browser.submit(&page, &page, &[("block_words", words), ("check_only", "yes")]).unwrap().text()
}

fn approve(who: &mut AtWork, letter: &str, seen: Option<&str>) -> Result<(), String> {
    let page = format!("/letters/{letter}");
    let fields: Vec<(&str, &str)> = seen.map(|seen| ("words_seen", seen)).into_iter().collect();
    who.browser
        .done(&page, &format!("{page}/approve"), &fields)
        .map(|_| ())
        .map_err(|e| e.public().to_owned())
}

fn hash(bytes: &[u8]) -> String {
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn drafted(world: &World, level: &str) -> (Case, String) {
    let mut case = Case::new(world, &[AUNT, SISTER]);
    case.agree(0, level);
    let task = case.tasks[0].clone();
    let letter = case.counsellor.letter_draft(&task, level).unwrap();
    (case, letter)
}

const CHOICES: &str = "have the test";
const MAY_HAVE: &str = "You may or may not have it.";

#[test]
fn a_sentence_for_one_reader_is_seen_by_a_second_person_and_read_by_its_reader() {
    let world = World::new(861);
    let (mut case, letter) = drafted(&world, "L2");
    let before = json(&mut case.counsellor, &format!("/letters/{letter}"));
    let at = place(&mut case.counsellor, &letter, 0, CHOICES);
    let words = "talk to us first\nhave the test\nwait as long as you like\nchoose not to know";
    let tried = check(&mut case.counsellor, &letter, &at, words);
    assert!(tried.contains("Nothing is saved yet") && tried.contains("wait as long as you like"), "{tried}");
    assert!(tried.contains("reading ease"), "{tried}");
    assert_eq!(json(&mut case.counsellor, &format!("/letters/{letter}"))["pdf_sha256"], before["pdf_sha256"]);
    change(&mut case.counsellor, &letter, &at, words, "").unwrap();
    let after = json(&mut case.counsellor, &format!("/letters/{letter}"));
    assert_ne!(after["pdf_sha256"], before["pdf_sha256"], "other words are other bytes");
    let pdf = case.counsellor.browser.get(&format!("/letters/{letter}/pdf")).unwrap();
    assert_eq!(hash(&pdf.body), text_of(&after, "pdf_sha256").unwrap());
    for other in ["en/18", "cy/12", "cy+en/12", "en/24"] {
        let seen = case.counsellor.browser.get(&format!("/letters/{letter}/as/{other}")).unwrap();
        assert!(seen.status == 200 && seen.body.starts_with(b"%PDF-"), "{other}: {}", seen.status);
        assert_ne!(hash(&seen.body), text_of(&after, "pdf_sha256").unwrap());
    }
    assert_eq!(case.counsellor.browser.get(&format!("/letters/{letter}/as/fr/12")).unwrap().status, 404);
    case.counsellor.letter_submit(&letter).unwrap();
    assert!(change(&mut case.counsellor, &letter, &at, "other", "").is_err(), "what is handed on stays");
    let seen = case.clinician.browser.page(&format!("/letters/{letter}")).unwrap();
    assert!(seen.contains("Words of this letter") && seen.contains("wait as long as you like"), "{seen}");
    assert!(seen.contains("[taken out: "), "what went is shown too");
    let unseen = approve(&mut case.clinician, &letter, None).unwrap_err();
    assert!(unseen.contains("Read what was changed"), "{unseen}");
    let earlier = text_of(&before, "pdf_sha256").unwrap();
    assert!(approve(&mut case.clinician, &letter, Some(&earlier)).is_err(), "bound to the very letter");
    approve(&mut case.clinician, &letter, Some(&text_of(&after, "pdf_sha256").unwrap())).unwrap();
    assert_eq!(world.send(), 1);
    let code = kinward::demo::code_of(&mut case.counsellor, &letter).unwrap();
    let (_, page) = letter_open(&world.address, &code, AUNT.born).unwrap();
    assert!(page.contains("wait as long as you like") && !page.contains("take time to think"), "{page}");
    assert!(!page.contains("/r/letter/cy"), "nobody has written these words in Welsh");
    assert!(page.contains("/r/letter/en/24"), "and in large print they are the same");
}

#[test]
fn what_typed_words_may_not_tell_is_found_before_anybody_gets_them() {
    let world = World::new(862);
    let (mut case, letter) = drafted(&world, "L1");
    let at = place(&mut case.counsellor, &letter, 0, MAY_HAVE);
    let result = json(&mut case.counsellor, &format!("/results/{}", case.result));
    let name = |part| text_of(&result["proband"], part).unwrap();
    let proband = format!("{} {}", name("given_name"), name("family_name"));
    for (words, found) in [
        (format!("{proband} asked us to write."), "the proband"),
        ("It is in BRCA2.".to_owned(), "does not tell"),
    ] {
        let held = change(&mut case.counsellor, &letter, &at, &words, "");
        assert!(held.as_ref().is_err_and(|held| held.contains(found)), "{words}: {held:?}");
    }
    // A given name alone is an ordinary word in a template, and not where somebody typed it.
    let tried = check(&mut case.counsellor, &letter, &at, &format!("We saw {}.", SISTER.given));
    assert!(tried.contains("given name") && tried.contains("These words need a reason"), "{tried}");
    // What a reason may excuse is shown, and asks for it.
    let tried = check(&mut case.counsellor, &letter, &at, "She may tell you more. Your sister knows of it.");
    assert!(tried.contains("These words need a reason") && tried.contains("sister"), "{tried}");
    change(&mut case.counsellor, &letter, &at, "Your sister knows of it.", "").unwrap();
    let held = case.counsellor.letter_submit(&letter).unwrap_err();
    assert!(held.public().contains("points to one person"), "{}", held.public());
    // Back to the template's words, and it goes.
    let page = format!("/letters/{letter}/words/{at}");
    case.counsellor.browser.done(&page, &format!("{page}/undo"), &[]).unwrap();
    case.counsellor.letter_submit(&letter).unwrap();
    assert_eq!(json(&mut case.clinician, &format!("/letters/{letter}"))["changes"], serde_json::json!([]));
    case.clinician.letter_approve(&letter).unwrap();
}

#[test]
fn at_the_lowest_level_typed_words_do_not_say_what_it_is_about() {
    let world = World::new(863);
    let (mut case, letter) = drafted(&world, "L0");
    let at = place(&mut case.counsellor, &letter, 0, "take time to think");
    for telling in ["have the genetic test", "ask about cancer", "hear about a gene"] {
        let held = change(&mut case.counsellor, &letter, &at, telling, "").unwrap_err();
        assert!(held.contains("does not tell"), "{telling}: {held}");
    }
    change(&mut case.counsellor, &letter, &at, "come and talk to us", "").unwrap();
}

#[test]
fn what_is_locked_is_nobodys_and_what_is_clinical_needs_a_reason() {
    let world = World::new(864);
    let (mut case, letter) = drafted(&world, "L2");
    let page = json(&mut case.counsellor, &format!("/letters/{letter}/words"));
    let locked = |words: &str| {
        let parts = list_of(&page["sides"][0], "parts").unwrap();
        parts.iter().find(|part| part["lines"].to_string().contains(words)).unwrap()["page"].is_null()
    };
    assert!(locked("Dear ") && locked("How to contact us") && locked("We will not tell your family"));
    for at in ["en/0", "en/999", "cy/5", "fr/1"] {
        assert!(
            change(&mut case.counsellor, &letter, at, "Other words.", "A reason that is long.").is_err(),
            "{at}"
        );
    }
    let clinical = place(&mut case.counsellor, &letter, 0, "We do not know if you have the gene change.");
    let words = "We do not know if you have the gene change. Please call us soon.";
    let asked = change(&mut case.counsellor, &letter, &clinical, words, "short").unwrap_err();
    assert!(asked.contains("Say in a sentence why"), "{asked}");
    change(&mut case.counsellor, &letter, &clinical, words, "Treatment begins next month.").unwrap();
    let page = json(&mut case.counsellor, &format!("/letters/{letter}"));
    assert_eq!(text_of(&page["changes"][0], "why").unwrap(), "Treatment begins next month.");
    assert!(page["changes"][0]["clinical"].as_bool().unwrap());
    // Whoever is not the author, or has nothing to do with the family, changes nothing.
    assert!(case.clinician.browser.get(&format!("/letters/{letter}/words")).unwrap().status >= 400);
    let mut guardian = world.at_work("ruth.adeyemi");
    assert!(guardian.browser.get(&format!("/letters/{letter}/words")).unwrap().status >= 400);
}

#[test]
fn a_letter_in_two_languages_is_changed_in_both_or_in_neither() {
    let world = World::new(865);
    let mut case = Case::new(&world, &[AUNT]);
    case.agree(0, "L2");
    super::reads(&mut case, 0, "cy+en", "12");
    let task = case.tasks[0].clone();
    let letter = case.counsellor.letter_draft(&task, "L2").unwrap();
    let english = place(&mut case.counsellor, &letter, 1, CHOICES);
    assert!(english.starts_with(Language::English.code()));
    change(&mut case.counsellor, &letter, &english, "talk to us\nhave the test", "").unwrap();
    let held = case.counsellor.letter_submit(&letter).unwrap_err();
    let number: usize = english.trim_start_matches("en/").parse().unwrap();
    let named = format!("part {} in English only", number + 1);
    assert!(held.public().contains("not changed alike in Welsh"), "{}", held.public());
    assert!(held.public().contains(&named), "{named}: {}", held.public());
    let welsh = english.replace("en/", "cy/");
    change(&mut case.counsellor, &letter, &welsh, "siarad â ni\ncael y prawf", "").unwrap();
    case.counsellor.letter_submit(&letter).unwrap();
}

#[test]
fn a_form_that_was_refused_keeps_what_was_typed() {
    let world = World::new(866);
    let (mut case, letter) = drafted(&world, "L2");
    let at = place(&mut case.counsellor, &letter, 0, CHOICES);
    let page = format!("/letters/{letter}/words/{at}");
    for (typed, says) in [
        ("Call 01632 960 999 instead", "a block of their own"),
        ("Dear {{recipient_name}}", "a mark of the templates"),
        ("Look at evil.example/abc", "a block of their own"),
        ("We saw \u{406}mogen", "\u{406}"),
        ("Give us @ref", "the sign @"),
        ("", "There are no words"),
    ] {
        for only in [vec![], vec![("check_only", "yes")]] {
            let fields: Vec<(&str, &str)> = [("block_words", typed)].into_iter().chain(only).collect();
            let seen = case.counsellor.browser.submit(&page, &page, &fields).unwrap();
            assert_eq!(seen.status, 422, "{typed}");
            let text = seen.text();
            assert!(text.contains(says) && text.contains(typed), "{typed}: {text}");
        }
    }
}

/// What each of these says beyond a letter is found, and no reason excuses it.
fn refused(case: &mut Case, letter: &str, at: &str, all: &[(&str, &str)]) {
    for (words, says) in all {
        let held = change(&mut case.counsellor, letter, at, words, "");
        assert!(held.as_ref().is_err_and(|held| held.contains(says)), "{words}: {held:?}");
    }
}

const BEYOND: &str = "does not tell";
const GENE: &str = "a gene outside the joint account";

#[test]
fn below_its_level_typed_words_name_neither_condition_nor_variant_in_any_spelling() {
    let world = World::new(867);
    let (mut case, letter) = drafted(&world, "L1");
    let at = place(&mut case.counsellor, &letter, 0, MAY_HAVE);
    refused(
        &mut case,
        &letter,
        &at,
        &[
            ("It is breast and ovarian cancer predisposition.", BEYOND),
            ("It can lead to breast cancer.", BEYOND),
            ("They call it HBOC.", BEYOND),
            ("It is c.5946del.", BEYOND),
            ("It is 5946delT.", BEYOND),
            ("It is p.(Ser1982Argfs*22).", BEYOND),
            ("It is Ser1982fs.", BEYOND),
            ("It is R167W.", BEYOND),
            ("It is Arg167Trp.", BEYOND),
            ("It is rs80359550.", BEYOND),
            ("It is not in BRCA1.", GENE),
            ("It is no Lynch syndrome.", BEYOND),
            ("It is von Hippel-Lindau disease.", BEYOND),
        ],
    );
}

#[test]
fn at_any_level_only_the_letters_own_condition_gene_and_variant_are_named() {
    let world = World::new(868);
    let (mut case, letter) = drafted(&world, "L2");
    let at = place(&mut case.counsellor, &letter, 0, MAY_HAVE);
    refused(
        &mut case,
        &letter,
        &at,
        &[
            ("It is not in BRCA1.", GENE),
            ("It is no Lynch syndrome.", BEYOND),
            ("It is c.499C>T.", BEYOND),
            ("It is R167W.", BEYOND),
        ],
    );
    change(&mut case.counsellor, &letter, &at, "It is the change c.5946del in BRCA2.", "").unwrap();
    assert_eq!(
        json(&mut case.counsellor, &format!("/letters/{letter}"))["held"]["found"],
        serde_json::json!([])
    );
}

#[test]
fn at_the_lowest_level_no_organ_and_no_check_is_spoken_of() {
    let world = World::new(869);
    let (mut case, letter) = drafted(&world, "L0");
    let at = place(&mut case.counsellor, &letter, 0, "take time to think");
    refused(
        &mut case,
        &letter,
        &at,
        &[
            ("have growths in the eyes, kidney and brain", BEYOND),
            ("have an eye scan now", BEYOND),
            ("cael prawf", BEYOND),
        ],
    );
}

#[test]
fn the_proband_is_named_by_neither_name_and_a_word_that_is_a_name_may_be_a_word() {
    let world = World::new(8610);
    let (mut case, letter) = drafted(&world, "L2");
    let at = place(&mut case.counsellor, &letter, 0, MAY_HAVE);
    let result = json(&mut case.counsellor, &format!("/results/{}", case.result));
    let given = text_of(&result["proband"], "given_name").unwrap();
    let family = text_of(&result["proband"], "family_name").unwrap();
    for name in [given.clone(), given.to_lowercase(), family] {
        let held = change(&mut case.counsellor, &letter, &at, &format!("We saw {name} here."), "");
        assert!(held.as_ref().is_err_and(|held| held.contains("the proband")), "{name}: {held:?}");
        assert!(!held.unwrap_err().contains("another person's"), "it is told once, as what it is");
    }
}

#[test]
fn first_letters_of_somebodys_names_need_a_reason_and_words_of_our_own_in_capitals_none() {
    let world = World::new(8614);
    let (mut case, letter) = drafted(&world, "L1");
    let at = place(&mut case.counsellor, &letter, 0, MAY_HAVE);
    let result = json(&mut case.counsellor, &format!("/results/{}", case.result));
    let first = |name: &str| name.chars().next().unwrap();
    let part = |name| first(&text_of(&result["proband"], name).unwrap());
    let proband = (part("given_name"), part("family_name"));
    for (one, two) in [proband, (first(SISTER.given), first(SISTER.family))] {
        for letters in
            [format!("{one}{two}"), format!("{one}.{two}."), format!("{one}. {two}."), format!("{one} {two}")]
        {
            let tried = check(&mut case.counsellor, &letter, &at, &format!("We saw {letters} here."));
            assert!(tried.contains("the first letters of another person"), "{letters}: {tried}");
            assert!(tried.contains("These words need a reason"), "{letters}");
        }
        let small = format!("We saw {one}{two} here.").to_lowercase();
        let tried = check(&mut case.counsellor, &letter, &at, &small);
        assert!(!tried.contains("the first letters of"), "{small}: {tried}");
    }
    let reader = format!("{}{}", first(AUNT.given), first(AUNT.family));
    for words in [format!("This is for {reader}."), "Ask your GP at the NHS about DNA.".to_owned()] {
        let tried = check(&mut case.counsellor, &letter, &at, &words);
        assert!(!tried.contains("the first letters of"), "{words}: {tried}");
    }
}

#[test]
fn whoever_is_pointed_to_is_seen_in_both_languages_and_each_thing_is_agreed_to_by_its_name() {
    let world = World::new(8611);
    let (mut case, letter) = drafted(&world, "L2");
    let at = place(&mut case.counsellor, &letter, 0, MAY_HAVE);
    for (words, found) in [
        ("Cafodd eich chwaer brawf.", "chwaer"),
        ("Mae hi yn gwybod.", "hi"),
        ("Mae rhywun 45 oed yn gwybod.", "45 oed"),
        ("Gofynnwch i fenyw o'r teulu.", "fenyw"),
        ("Gwrthododd un ohonynt.", "Gwrthododd"),
        ("A lady of 45 knows.", "lady"),
        ("Somebody born in 1981 knows.", "born in 1981"),
        ("Ask your parents' children.", "parents"),
    ] {
        let tried = check(&mut case.counsellor, &letter, &at, words);
        assert!(tried.contains("These words need a reason"), "{words}: {tried}");
        assert!(tried.contains(&format!("<strong>{found}</strong>")), "{words}: {found}");
        assert!(tried.contains("own page then asks you for the reason"), "{words}");
    }
    change(&mut case.counsellor, &letter, &at, "A lady born on 23 June knows more.", "").unwrap();
    let page = case.counsellor.browser.page(&format!("/letters/{letter}")).unwrap();
    assert!(page.contains("Your one reason is for all of these"), "{page}");
    case.counsellor.letter_except(&letter, "other", "Both of them asked us to say so.").unwrap();
    case.counsellor.letter_submit(&letter).unwrap();
    let page = case.clinician.browser.page(&format!("/letters/{letter}")).unwrap();
    let tick = page.split("I agree that each of these stands").nth(1).unwrap();
    let tick = tick.split("</label>").next().unwrap();
    assert!(tick.contains("lady") && tick.contains("born on 23 June"), "{tick}");
}

#[test]
fn a_part_that_was_changed_in_another_window_is_not_written_over() {
    let world = World::new(8612);
    let (mut case, letter) = drafted(&world, "L2");
    let at = place(&mut case.counsellor, &letter, 0, MAY_HAVE);
    let address = format!("/letters/{letter}/words/{at}");
    let opened = json(&mut case.counsellor, &address);
    let shown = text_of(&opened, "shown").unwrap();
    change(&mut case.counsellor, &letter, &at, "The first window says this.", "").unwrap();
    let second = [("block_words", "The second window says that."), ("words_shown", shown.as_str())];
    let seen = case.counsellor.browser.submit(&address, &address, &second).unwrap();
    let text = seen.text();
    assert_eq!(seen.status, 409, "{text}");
    assert!(text.contains("changed after you opened it"), "{text}");
    assert!(
        text.contains("The second window says that.") && text.contains("The first window says this."),
        "{text}"
    );
    let now = json(&mut case.counsellor, &format!("/letters/{letter}"));
    assert!(text_of(&now, "text").unwrap().contains("The first window says this."));
    // From the page that shows both it can be saved.
    change(&mut case.counsellor, &letter, &at, "The second window says that.", "").unwrap();
}

#[test]
fn a_letter_that_is_sent_back_says_why_and_its_words_stay_for_the_next_draft() {
    let world = World::new(8613);
    let (mut case, letter) = drafted(&world, "L2");
    let at = place(&mut case.counsellor, &letter, 0, CHOICES);
    change(&mut case.counsellor, &letter, &at, "talk to us first\nwait", "").unwrap();
    let clinical = place(&mut case.counsellor, &letter, 0, "We do not know if you have the gene change.");
    let words = "We do not know if you have the gene change. Please call us soon.";
    change(&mut case.counsellor, &letter, &clinical, words, "Treatment begins next month.").unwrap();
    case.counsellor.letter_submit(&letter).unwrap();
    let page = format!("/letters/{letter}");
    let unsaid =
        case.clinician.browser.submit(&page, &format!("{page}/return"), &[("return_why", "no")]).unwrap();
    assert!(
        unsaid.status == 422 && unsaid.text().contains("Say in a sentence why it goes back"),
        "{}",
        unsaid.text()
    );
    let why = [("return_why", "The second item is too short.")];
    case.clinician.browser.done(&page, &format!("{page}/return"), &why).unwrap();
    let told = case.counsellor.browser.page(&page).unwrap();
    assert!(told.contains("It was sent back") && told.contains("The second item is too short."), "{told}");
    let task = case.tasks[0].clone();
    let again = case.counsellor.letter_draft(&task, "L2").unwrap();
    let seen = json(&mut case.counsellor, &format!("/letters/{again}"));
    assert!(text_of(&seen, "text").unwrap().contains("talk to us first"), "{seen}");
    assert_eq!(seen["changes"].as_array().unwrap().len(), 2);
    assert!(seen["changes"].to_string().contains("Treatment begins next month."), "{seen}");
    assert_eq!(text_of(&seen["sent_back"], "why").unwrap(), "The second item is too short.");
    // Words of a letter at another level are not its words.
    case.counsellor.letter_return(&again).unwrap();
    let other = case.counsellor.letter_draft(&task, "L1").unwrap();
    assert_eq!(json(&mut case.counsellor, &format!("/letters/{other}"))["changes"], serde_json::json!([]));
}
