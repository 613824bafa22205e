//! Stories of letters: which wording may be used, in what language and size, and which kind goes when.
//! Must not know: rows; people act through the real application.

mod abroad;
mod batch;
mod child;
mod dated;
mod every_kind;
mod follow_up;
mod further;
mod houses;
mod own_result;
mod own_words;
mod pack;
mod proband;
mod recontact;
mod replaced;
mod returned;
mod stopped;
mod templates;
mod wordings;

use crate::support::{
    World,
    cases::{AUNT, Case},
};
use kinward::demo::people::last_part;

impl Case {
    /// A form of the counsellor's, sent whether or not it is taken: the status and the page.
    fn tried(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let seen = self.counsellor.browser.submit(page, action, fields).unwrap();
        (seen.status, seen.text())
    }

    /// A form that drafts a letter; the letter's id.
    fn drafted(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> String {
        last_part(&self.counsellor.browser.done(page, action, fields).unwrap())
    }

    /// Handed in by the counsellor and approved by the clinician.
    fn released(&mut self, letter: &str) {
        self.counsellor.letter_submit(letter).unwrap();
        self.clinician.letter_approve(letter).unwrap();
    }

    fn text(&mut self, letter: &str) -> String {
        self.counsellor.browser.page(&format!("/letters/{letter}/text")).unwrap()
    }

    fn code(&mut self, letter: &str) -> String {
        kinward::demo::code_of(&mut self.counsellor, letter).unwrap()
    }

    /// Days later both have signed in again.
    fn later(&mut self, world: &World, days: i64) {
        world.clock.advance_days(days);
        (self.counsellor, self.clinician) = (world.counsellor(), world.clinician());
    }
}

fn gone(world: &World) -> usize {
    world.left_the_house("letters").len()
}

/// Queues and states tell the same.
fn in_step(world: &World) {
    assert_eq!(crate::queues::histories::compare(world), (vec![], vec![]));
}

/// Sets how somebody reads.
fn reads(case: &mut Case, place: usize, languages: &str, size: &str) {
    let page = format!("/people/{}", case.people[place]);
    let fields = [("letter_languages", languages), ("text_size", size), ("other_needs", "A magnifier.")];
    case.counsellor.browser.done(&page, &format!("{page}/needs"), &fields).unwrap();
}

#[test]
fn somebody_who_reads_welsh_in_large_print_gets_the_letter_so() {
    let world = World::new(801);
    let mut case = Case::new(&world, &[AUNT]);
    case.agree(0, "L2");
    reads(&mut case, 0, "cy", "20");
    let letter = case.approved(0, "L2");
    let text = case.counsellor.browser.page(&format!("/letters/{letter}/text")).unwrap();
    assert!(text.contains("Gwybodaeth a all fod yn bwysig i'ch iechyd"), "{text}");
    assert!(text.contains("Gwasanaeth Geneteg Glinigol Glan Hafren") && !text.contains("Dear "), "{text}");
    world.send();
    let printed = std::fs::read(&world.left_the_house("letters")[0]).unwrap();
    let raw = String::from_utf8_lossy(&printed);
    assert!(raw.contains("cy-GB"), "the file says that it is Welsh");
}

#[test]
fn a_letter_in_both_languages_has_the_welsh_first() {
    let world = World::new(802);
    let mut case = Case::new(&world, &[AUNT]);
    case.agree(0, "L1");
    reads(&mut case, 0, "cy+en", "12");
    let letter = case.approved(0, "L1");
    let text = case.counsellor.browser.page(&format!("/letters/{letter}/text")).unwrap();
    let (welsh, english) = (text.find("Annwyl ").unwrap(), text.find("Dear ").unwrap());
    assert!(welsh < english, "{text}");
}

#[test]
fn what_is_not_sent_yet_is_taken_back_when_somebody_turns_out_to_read_otherwise() {
    let world = World::new(803);
    let mut case = Case::new(&world, &[AUNT]);
    case.agree(0, "L2");
    case.approved(0, "L2");
    reads(&mut case, 0, "cy", "12");
    assert_eq!(case.state(0), "route_agreed");
    world.send();
    assert!(world.left_the_house("letters").is_empty());
    let page = case.counsellor.browser.page(&format!("/people/{}", case.people[0])).unwrap();
    assert!(page.contains("A magnifier."), "{page}");
    // Said again, it changes nothing.
    let again = case.approved(0, "L2");
    reads(&mut case, 0, "cy", "12");
    let text = case.counsellor.browser.page(&format!("/letters/{again}/text")).unwrap();
    assert!(text.contains("Annwyl "));
    assert_eq!(case.state(0), "writing");
}

#[test]
fn a_letter_that_no_envelope_takes_is_not_drafted() {
    let world = World::new(804);
    let mut case = Case::new(&world, &[AUNT]);
    case.agree(0, "L2");
    reads(&mut case, 0, "cy+en", "24");
    let task = case.tasks[0].clone();
    let refused = case.counsellor.letter_draft(&task, "L2").unwrap_err();
    assert!(refused.public().contains("one envelope takes 10"), "{refused}");
    reads(&mut case, 0, "en", "24");
    case.approved(0, "L2");
}

#[test]
fn a_letter_in_welsh_names_condition_class_and_signatory_in_welsh_or_is_not_written() {
    let world = World::new(805);
    let mut case = Case::new(&world, &[AUNT]);
    case.agree(0, "L2");
    reads(&mut case, 0, "cy", "12");
    let task = case.tasks[0].clone();
    // Lee has no title in Welsh on record.
    let mut lee = world.second_clinician();
    lee.family_claim(&case.reference, "writes letters").unwrap();
    let refused = lee.letter_draft(&task, "L2").unwrap_err();
    assert!(refused.public().contains("no job title in Welsh"), "{refused}");
    let letter = case.counsellor.letter_draft(&task, "L2").unwrap();
    let text = case.counsellor.browser.page(&format!("/letters/{letter}/text")).unwrap();
    for welsh in ["Rhagdueddiad i ganser y fron", "Pathogenig", "Awtosomaidd trechol", "Cwnselydd geneteg"] {
        assert!(text.contains(welsh), "{welsh}: {text}");
    }
    for english in ["predisposition", "Pathogenic\n", "Autosomal", "Genetic counsellor"] {
        assert!(!text.contains(english), "{english}: {text}");
    }
    let page = case.counsellor.browser.page(&format!("/letters/{letter}")).unwrap();
    assert!(page.contains("to be read again by November 2027"), "{page}");
}

#[test]
fn whoever_wrote_a_letter_is_told_who_can_approve_it() {
    let world = World::new(806);
    let mut case = Case::new(&world, &[AUNT]);
    let mut lee = world.second_clinician();
    case.agree(0, "L1");
    let task = case.tasks[0].clone();
    let letter = case.counsellor.letter_draft(&task, "L1").unwrap();
    case.counsellor.letter_submit(&letter).unwrap();
    let page = case.counsellor.browser.page(&format!("/letters/{letter}")).unwrap();
    assert!(page.contains("Dr Amir Rahman, who has this family"), "{page}");
    assert!(page.contains("Lee Outside, who takes it from"), "{page}");
    assert!(!page.contains("Nia Morgan, who"), "nobody approves their own");
    let seen = lee.browser.get(&format!("/letters/{letter}")).unwrap();
    assert!(seen.status == 404 && seen.text().contains("taken its work from a queue"), "{}", seen.text());
}
