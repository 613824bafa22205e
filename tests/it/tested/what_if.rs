//! What if: a result is only tried, and the page tells what it would change.
//! Must not know: how a chance is computed.

use super::effects::NIECE;
use crate::support::{
    World,
    cases::{AUNT, Case, SISTER},
};
use diesel::{QueryableByName, RunQueryDsl, sql_types::BigInt};
use kinward::{
    db::Conn,
    demo::people::{list_of, text_of},
};
use serde_json::Value;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Rows of every table that a result moves, the record of who read what apart.
fn rows(world: &World) -> Vec<i64> {
    [
        "relative_results",
        "relative_result_verdicts",
        "relative_tasks",
        "work_items",
        "letters",
        "sealed_matters",
    ]
    .map(|table| {
        let sql = format!("SELECT count(*) AS n FROM {table}");
        let count: Count = world
            .house
            .db
            .read(|conn| match conn {
                Conn::Sqlite(conn) => Ok(diesel::sql_query(&sql).get_result(conn)?),
                Conn::Postgres(conn) => Ok(diesel::sql_query(&sql).get_result(conn)?),
            })
            .unwrap();
        count.n
    })
    .into()
}

fn tried(case: &mut Case, place: usize, says: &str) -> Value {
    let path = format!("/results/{}/what-if?person={}&says={says}", case.result, case.people[place]);
    case.counsellor.program.api(&path).unwrap()["outcome"].clone()
}

fn change(outcome: &Value, relation: &str) -> Option<(String, String, String)> {
    let changes = list_of(outcome, "changes").unwrap();
    let one = changes.iter().find(|one| one["relation"] == relation)?;
    let text = |name| one[name].as_str().unwrap_or_default().to_owned();
    Some((text("before"), text("after"), text("happens")))
}

#[test]
fn trying_a_result_says_who_closes_who_opens_and_whose_chance_moves_and_keeps_nothing() {
    let world = World::new(841);
    let mut case = Case::new(&world, &[SISTER, NIECE, AUNT]);
    let (before, states) = (rows(&world), case.states());
    let negative = tried(&mut case, 0, "noncarrier");
    let told = |before: &str, after: &str, happens: &str| Some((before.into(), after.into(), happens.into()));
    assert_eq!(change(&negative, "sister's daughter"), told("1 in 4", "none", "Would be closed"));
    assert_eq!(change(&negative, "sister"), told("1 in 2", "none", "Their own result would be on record"));
    let positive = tried(&mut case, 0, "het");
    assert_eq!(change(&positive, "sister's daughter"), told("1 in 4", "1 in 2", ""));
    let aunts = tried(&mut case, 2, "het");
    // Her sister has it: so has the mother, and the father's side is closed.
    assert_eq!(change(&aunts, "father"), told("1 in 2", "none", "Would be closed"));
    assert_eq!((rows(&world), case.states()), (before, states), "nothing is kept");
}

#[test]
fn what_would_not_fit_is_said_in_neutral_words() {
    let world = World::new(842);
    let mut case = Case::new(&world, &[SISTER]);
    let page = case.counsellor.program.api(&format!("/results/{}/at-risk", case.result)).unwrap();
    let of = |relation: &str| {
        let one =
            list_of(&page, "relatives").unwrap().iter().find(|one| one["relation"] == relation).unwrap();
        text_of(one, "person").unwrap()
    };
    case.tested(&of("mother"), "noncarrier");
    let path = format!("/results/{}/what-if?person={}&says=noncarrier", case.result, of("father"));
    let outcome = case.counsellor.program.api(&path).unwrap()["outcome"].clone();
    assert_eq!(list_of(&outcome, "contradicting").unwrap().len(), 3);
    let page = case.counsellor.browser.page(&path).unwrap();
    assert!(page.contains("would not fit together") && !page.contains("parentage"));
}

#[test]
fn what_is_not_on_the_list_cannot_be_tried() {
    let world = World::new(843);
    let mut case = Case::new(&world, &[SISTER]);
    let path = format!("/results/{}/what-if", case.result);
    for asked in ["?person=x&says=het".into(), format!("?person={}&says=perhaps", case.people[0])] {
        assert_eq!(case.counsellor.browser.get(&format!("{path}{asked}")).unwrap().status, 422, "{asked}");
    }
    let hemi = format!("{path}?person={}&says=hemi", case.people[0]);
    assert_eq!(case.counsellor.browser.get(&hemi).unwrap().status, 422);
    assert_eq!(world.at_work("jo.taylor").browser.get(&path).unwrap().status, 403);
}

#[test]
fn the_list_says_whose_test_would_tell_most_and_which_figure_was_used() {
    let world = World::new(844);
    let mut case = Case::new(&world, &[SISTER, NIECE, AUNT]);
    let view = case.counsellor.program.api(&format!("/results/{}/at-risk", case.result)).unwrap();
    let next = list_of(&view["now"], "next").unwrap();
    assert!(next[0]["relation"] == "mother" || next[0]["relation"] == "father", "{next:?}");
    assert!(next[0]["tells"].as_str().unwrap().parse::<f64>().unwrap() > 0.9);
    let figure = &view["now"]["figure"];
    assert_eq!(figure["frequency"], "1 in 10,000");
    assert!(figure["from"].as_str().unwrap().starts_with("policy pack uk") && figure["checked"].is_null());
    let page = case.counsellor.browser.page(&format!("/results/{}/at-risk", case.result)).unwrap();
    assert!(page.contains("Nobody has checked this figure."));
}
