//! An answer takes the place of another, and says so before it is sent; how somebody is reached stands through all of them.
//! Must not know: how answers are kept.

use super::{Case, SISTER, World, answered};
use kinward::demo::browser::Browser;

/// From the first page to the choices, as somebody who has read the letter or reads it now.
fn at_choices(browser: &mut Browser, code: &str) {
    browser.done("/r/code", "/r/code", &[("code", code)]).unwrap();
    let born = [("day", SISTER.born.2), ("month", SISTER.born.1), ("year", SISTER.born.0)];
    browser.done("/r/birth-date", "/r/birth-date", &born).unwrap();
    if browser.done("/r/for-you", "/r/for-you", &[("for_you", "yes")]).unwrap() == "/r/before" {
        browser.done("/r/before", "/r/before", &[("before", "now")]).unwrap();
    }
}

/// Chooses, answers, and adds nothing; the page on which it is checked.
fn checked(browser: &mut Browser, choice: &str, fields: &[(&str, &str)]) -> String {
    browser.done("/r/choices", "/r/choices", &[("choice", choice)]).unwrap();
    answered(browser, choice, fields);
    browser.page("/r/check").unwrap()
}

#[test]
fn whoever_answers_anew_reads_what_it_takes_the_place_of_before_it_is_sent() {
    let world = World::new(3810);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L1");
    let mut tamsin = world.browser();
    at_choices(&mut tamsin, &code);
    let page = checked(&mut tamsin, "appointment", &[("by", "phone")]);
    assert!(!page.contains("takes the place"), "there is nothing to take the place of: {page}");
    tamsin.done("/r/check", "/r/check", &[]).unwrap();
    let page = checked(&mut tamsin, "not_know", &[("children_too", "yes")]);
    assert!(page.contains("Before, you chose") && page.contains("takes the place of that"), "{page}");
    assert!(!page.contains("that ends"), "{page}");
    tamsin.done("/r/check", "/r/check", &[]).unwrap();
    assert_eq!(case.state(0), "do_not_contact");
    // Time to think asks for nothing from us, and leaves the wish as it is; a reminder asks for something.
    let wish_stands = |case: &mut Case| {
        let page = format!("/people/{}/not-to-know", case.people[0]);
        !case.counsellor.browser.page(&page).unwrap().contains("No wish not to know is on record")
    };
    let mut later = world.browser();
    at_choices(&mut later, &code);
    let page = checked(&mut later, "think", &[("remind", "none")]);
    assert!(!page.contains("that ends"), "{page}");
    later.done("/r/check", "/r/check", &[]).unwrap();
    assert!(wish_stands(&mut case), "nothing was asked of us");
    let mut again = world.browser();
    at_choices(&mut again, &code);
    checked(&mut again, "not_know", &[]);
    again.done("/r/check", "/r/check", &[]).unwrap();
    let page = checked(&mut again, "think", &[("remind", "3")]);
    assert!(page.contains("that ends, for your children too"), "{page}");
    again.done("/r/check", "/r/check", &[]).unwrap();
    assert!(!wish_stands(&mut case), "whoever wants a reminder hears from us");
    assert_eq!(case.state(0), "wants_time");
}

#[test]
fn how_somebody_is_reached_stands_as_they_said_it_last_though_not_every_answer_says_it() {
    let world = World::new(3811);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L1");
    let mut tamsin = world.browser();
    at_choices(&mut tamsin, &code);
    checked(&mut tamsin, "appointment", &[("by", "phone")]);
    let reached = [("notify", "email"), ("email", "tamsin@mail.example"), ("discreet", "yes")];
    tamsin.done("/r/more/contact", "/r/more/contact", &reached).unwrap();
    tamsin.done("/r/check", "/r/check", &[]).unwrap();
    checked(&mut tamsin, "not_know", &[]);
    tamsin.done("/r/check", "/r/check", &[]).unwrap();
    tamsin.done("/r/choices", "/r/choices", &[("choice", "think")]).unwrap();
    tamsin.done("/r/answer/think", "/r/answer/think", &[("remind", "3")]).unwrap();
    let page = tamsin.page("/r/more/contact").unwrap();
    assert!(page.contains("tamsin@mail.example"), "an answer between them says nothing of it: {page}");
}
