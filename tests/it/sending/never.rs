//! Words recorded as never to be shared while a letter that holds them is on its way.
//! Must not know: how words are compared.

use super::{at_one_moment, posts, sisters, state};
use crate::support::{
    World,
    cases::{AUNT, Case, SISTER},
};
use kinward::{
    demo::people::{letter_open, list_of, text_of},
    relative::outbox::PostState,
};
use serde_json::{Value, json};

fn never(case: &mut Case, lines: &str) -> Value {
    let path = format!("/results/{}/never-share", case.result);
    case.counsellor.program.api_post(&path, &json!({"lines": lines})).unwrap()
}

fn letter(case: &mut Case, id: &str) -> Value {
    case.counsellor.program.api(&format!("/letters/{id}")).unwrap()
}

#[test]
fn words_recorded_after_approval_stop_the_letters_that_hold_them_and_no_others() {
    let world = World::new(421);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let mut letters = Vec::new();
    for place in 0..2 {
        case.agree(place, "L2");
        letters.push(case.approved(place, "L2"));
    }
    // The sister's name stands in her own letter alone.
    let kept = never(&mut case, "miscarriage\nTamsin Wray");
    assert_eq!(kept, json!({"kept": 2, "letters_stopped": 1, "answers_withdrawn": 0, "letters_left": 0}));
    let stopped = letter(&mut case, &letters[0]);
    assert_eq!(stopped["state"], "stopped");
    assert!(stopped["ended_why"].as_str().unwrap().contains("never to be shared"));
    assert_eq!(case.state(0), "route_agreed", "it is to be written again");
    assert_eq!(world.send(), 1, "the aunt's letter goes");
    assert_eq!(letter(&mut case, &letters[1])["state"], "sent");
}

#[test]
fn a_letter_that_has_left_is_listed_beside_the_words_and_can_still_be_read() {
    let world = World::new(422);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let kept = never(&mut case, "Larch Close");
    assert_eq!(kept, json!({"kept": 1, "letters_stopped": 0, "answers_withdrawn": 0, "letters_left": 1}));
    let page = format!("/results/{}/conversations/new", case.result);
    let items = case.counsellor.program.api(&page).unwrap();
    let item = list_of(&items, "never_share").unwrap()[0].clone();
    let left = text_of(&list_of(&item, "left").unwrap()[0], "letter").unwrap();
    let shown = case.counsellor.browser.page(&page).unwrap();
    assert!(shown.contains(&format!("/letters/{left}")) && shown.contains("cannot be unsent"));
    assert_eq!(letter(&mut case, &left)["state"], "sent");
    let (_, read) = letter_open(&world.address, &code, SISTER.born).unwrap();
    assert!(read.contains("Larch Close") || read.contains("Tamsin"), "nothing was taken from its reader");
}

#[test]
fn such_words_and_a_sending_at_one_moment_end_in_one_way_or_the_other() {
    let world = World::new(423);
    let kin = sisters(12);
    let mut case = Case::new(&world, &kin);
    let (page, action) = (
        format!("/results/{}/conversations/new", case.result),
        format!("/results/{}/never-share", case.result),
    );
    for (round, sister) in kin.iter().enumerate() {
        case.agree(round, "L2");
        let id = case.approved(round, "L2");
        let post = posts(&world).iter().find(|post| post.state == PostState::Queued).unwrap().id;
        let form = format!("lines={}+{}", sister.given, sister.family);
        let waits = (3 * 12_usize.saturating_sub(round + 4), 3 * round.saturating_sub(4));
        let went = at_one_moment(&world, &mut case, (&page, &action, &form), waits);
        let ended = (state(&world, post), text_of(&letter(&mut case, &id), "state").unwrap());
        let one_way = match went {
            1 => (PostState::Accepted, "sent".to_owned()),
            _ => (PostState::Cancelled, "stopped".to_owned()),
        };
        assert_eq!(ended, one_way, "round {round}");
    }
}
