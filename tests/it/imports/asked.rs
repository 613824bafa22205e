//! Who may be there already, or stands in the file twice: asked, never settled by itself.
//! Must not know: how two people are compared.

use super::{HEADINGS, all_rounds, columns, count, families, left, number, press, read, seen, state_counts};
use crate::support::World;
use kinward::demo::people::{AtWork, list_of};
use serde_json::{Value, json};

fn asked(work: &mut AtWork, id: &str) -> Vec<Value> {
    let page = work.program.api(&format!("/imports/{id}/questions")).unwrap();
    list_of(&page, "asked").unwrap().clone()
}

fn values(one: &Value) -> Vec<String> {
    list_of(one, "options")
        .unwrap()
        .iter()
        .map(|option| option["value"].as_str().unwrap().to_owned())
        .collect()
}

fn answer(work: &mut AtWork, id: &str, one: &Value, said: &str) -> kinward::error::Result<Value> {
    let answers = json!({"answers": [{"family": one["family"], "question": one["question"], "said": said}]});
    work.program.api_post(&format!("/imports/{id}/questions"), &answers)
}

fn brought_in(world: &World, work: &mut AtWork, csv: &str) -> String {
    let id = read(work, csv);
    press(work, &id, "start");
    all_rounds(world);
    id
}

#[test]
fn the_same_file_again_is_asked_about_and_makes_nobody_twice() {
    let world = World::new(8811);
    let mut work = world.counsellor();
    brought_in(&world, &mut work, &families(1, 2));
    let before = left(&world);
    let id = read(&mut work, &families(1, 2));
    // Three of each four have a whole date of birth; the father's year alone is no exact match.
    let all = asked(&mut work, &id);
    assert_eq!((all.len(), all.iter().filter(|one| one["exact"] == true).count()), (8, 6), "{all:?}");
    let refused = work.program.api_post(&format!("/imports/{id}/start"), &json!({})).unwrap_err();
    assert!(refused.to_string().contains("Answer these questions first"), "{refused}");
    let together = work
        .program
        .api_post(&format!("/imports/{id}/questions/together"), &json!({"together": "out"}))
        .unwrap();
    assert_eq!(together["answered"], 6);
    for one in asked(&mut work, &id) {
        assert_eq!(values(&one), ["same", "apart", "out"], "one number is never two people");
        assert!(answer(&mut work, &id, &one, "another").is_err());
        answer(&mut work, &id, &one, "same").unwrap();
    }
    press(&mut work, &id, "start");
    all_rounds(&world);
    let seen = seen(&mut work, &id);
    assert_eq!((seen["state"].as_str(), state_counts(&seen)), (Some("done"), [0, 2, 0, 0, 0, 0]), "{seen}");
    assert_eq!(left(&world), before);
}

#[test]
fn the_same_file_read_twice_before_either_came_in_makes_nobody_twice() {
    let world = World::new(8816);
    let mut work = world.counsellor();
    let (first, second) = (read(&mut work, &families(1, 2)), read(&mut work, &families(1, 2)));
    assert_eq!(asked(&mut work, &second).len(), 0, "nobody is there yet");
    press(&mut work, &first, "start");
    let refused = work.program.api_post(&format!("/imports/{second}/start"), &json!({})).unwrap_err();
    assert!(refused.to_string().contains("Another file came in"), "in the same second: {refused}");
    world.clock.advance_days(1);
    work = world.counsellor();
    all_rounds(&world);
    let before = left(&world);
    let refused = work.program.api_post(&format!("/imports/{second}/start"), &json!({})).unwrap_err();
    assert!(refused.to_string().contains("Another file came in since this one was read"), "{refused}");
    let said = columns(&mut work, &second);
    work.program.api_post(&format!("/imports/{second}/columns"), &said).unwrap();
    assert_eq!(asked(&mut work, &second).len(), 8, "now they are asked about");
    assert_eq!(left(&world), before);
}

#[test]
fn of_a_file_that_grew_only_what_is_new_comes_in_and_what_is_left_out_opens_no_file() {
    let world = World::new(8815);
    let mut work = world.counsellor();
    brought_in(&world, &mut work, &families(1, 2));
    let before = left(&world);
    let id = read(
        &mut work,
        &format!("{}Fb,1,Nia,Lee,F,1990,,,,,,,,\nF1,9,Jorian,Wrayb,M,2010,,1,,,,,,\n", families(1, 2)),
    );
    let page = work.browser.page(&format!("/imports/{id}/questions")).unwrap();
    assert!(page.contains("at once") && page.contains("together-same"), "{page}");
    let together = format!("/imports/{id}/questions/together");
    assert!(work.program.api_post(&together, &json!({"together": "another"})).is_err());
    // Of the first family they are one with those who are there; of the second each row is left out.
    for one in asked(&mut work, &id) {
        let of_second = one["legend"].as_str().unwrap().contains("Wrayc");
        if of_second {
            answer(&mut work, &id, &one, "out").unwrap();
        }
    }
    assert_eq!(work.program.api_post(&together, &json!({"together": "same"})).unwrap()["answered"], 3);
    for one in asked(&mut work, &id) {
        answer(&mut work, &id, &one, "same").unwrap();
    }
    press(&mut work, &id, "start");
    all_rounds(&world);
    let seen = seen(&mut work, &id);
    assert_eq!((seen["state"].as_str(), state_counts(&seen)), (Some("done"), [0, 2, 0, 1, 0, 0]), "{seen}");
    let came: Vec<i64> = left(&world).iter().zip(before).map(|(now, before)| now - before).collect();
    assert_eq!(came, [1, 2, 1, 0, 1, 2]);
}

#[test]
fn a_relative_of_somebody_who_is_there_comes_into_their_file_and_what_stands_is_not_changed() {
    let world = World::new(8812);
    let mut work = world.counsellor();
    brought_in(&world, &mut work, &families(1, 1));
    let families_before = count(&world, "families");
    let more = format!(
        "{HEADINGS}X,1,Aurelieb,Wrayb,,12/3/1980,{},,,,,GL5 9ZZ,,\nX,2,Florian,Wrayb,M,2005,,1,,,,,,\n",
        number(4)
    );
    let id = read(&mut work, &more.replace(",GL5 9ZZ", ","));
    let all = asked(&mut work, &id);
    assert_eq!(all.len(), 1, "{all:?}");
    assert!(
        all[0]["legend"]
            .as_str()
            .unwrap()
            .contains("Row 2, Aurelieb Wrayb, born 12 March 1980: the same as Aurelieb Wrayb"),
        "{all:?}"
    );
    let page = work.browser.page(&format!("/imports/{id}/questions")).unwrap();
    assert!(page.contains("The same person: they become one"), "{page}");
    answer(&mut work, &id, &all[0], "same").unwrap();
    press(&mut work, &id, "start");
    all_rounds(&world);
    assert_eq!((state_counts(&seen(&mut work, &id))[1], count(&world, "families")), (1, families_before));
    let family = seen(&mut work, &id)["lines"][0]["family"].as_str().unwrap().to_owned();
    let shown = work.program.api(&format!("/families/{family}")).unwrap();
    let names: Vec<&str> =
        list_of(&shown, "people").unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"Florian Wrayb") && names.len() == 5, "{names:?}");
    // Taken back, only the son goes: the file is not the import's.
    press(&mut work, &id, "undo");
    all_rounds(&world);
    let seen = seen(&mut work, &id);
    assert_eq!((seen["state"].as_str(), state_counts(&seen)[4]), (Some("undone"), 1), "{seen}");
    let shown = work.program.api(&format!("/families/{family}")).unwrap();
    assert_eq!(list_of(&shown, "people").unwrap().len(), 4);
}

#[test]
fn two_rows_of_one_person_are_asked_about_and_become_one() {
    let world = World::new(8813);
    let mut work = world.at_work("jo.taylor");
    let csv = format!(
        "{HEADINGS}A,1,Ann,Bell,F,1/2/1980,{n},,,,,,yes,\nA,2,Ann,Bell,,1/2/1980,,,,,,,,\nA,3,Kit,Bell,,2001,,2,,,,,,\nB,1,Ann,Bell,F,1/2/1980,{n},,,,,,,\n",
        n = number(900)
    );
    let id = read(&mut work, &csv);
    let all = asked(&mut work, &id);
    let offered: Vec<Vec<String>> = all.iter().map(values).collect();
    assert_eq!(offered, [vec!["same", "another", "out"], vec!["apart", "out"]], "{all:?}");
    let at = format!("/imports/{id}/questions");
    let name = |one: &Value| one["name"].as_str().unwrap().to_owned();
    let (first, second) = (name(&all[0]), name(&all[1]));
    work.browser.done(&at, &at, &[(first.as_str(), "same"), (second.as_str(), "apart")]).unwrap();
    assert_eq!(asked(&mut work, &id), Vec::<Value>::new());
    let before = left(&world);
    press(&mut work, &id, "start");
    all_rounds(&world);
    let came: Vec<i64> = left(&world).iter().zip(before).map(|(now, before)| now - before).collect();
    assert_eq!(came, [2, 3, 1, 0, 2, 2]);
}

#[test]
fn families_of_others_are_not_told_of() {
    let world = World::new(8814);
    brought_in(&world, &mut world.counsellor(), &families(1, 1));
    let mut other = world.at_work("jo.taylor");
    let id = read(&mut other, &families(1, 1));
    assert_eq!(asked(&mut other, &id), Vec::<Value>::new());
}
