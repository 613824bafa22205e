//! Dates on record: what cannot be is refused where it is typed, in both directions of descent, and kept out of a report.
//! Must not know: how dates are stored.

use super::told;
use crate::support::{
    World,
    cases::{AUNT, Case, SISTER, report},
};
use kinward::demo::people::{list_of, text_of};
use serde_json::{Value, json};

fn said(facts: &Value) -> String {
    facts.to_string()
}

fn born(date: &str) -> Value {
    json!({"given_name": "Tamsin", "family_name": "Wray", "birth_date": date})
}

#[test]
fn a_birth_before_anybody_or_in_the_future_is_refused() {
    let world = World::new(721);
    let mut case = Case::new(&world, &[SISTER]);
    let page = format!("/people/{}/identity", case.people[0]);
    let (status, facts) = told(&mut case.counsellor, &page, &born("1492-02-17"));
    assert!(status == 422 && said(&facts).contains("is before 1850"), "{status} {facts}");
    let (status, facts) = told(&mut case.counsellor, &page, &born("2026-11-24"));
    assert!(status == 422 && said(&facts).contains("in the future"), "{status} {facts}");
    assert_eq!(told(&mut case.counsellor, &page, &born("1850-01-01")).0, 200);
}

#[test]
fn a_child_is_not_born_before_a_parent_could_have_it_whichever_of_the_two_is_written_last() {
    let world = World::new(722);
    let mut case = Case::new(&world, &[SISTER]);
    let family = format!("/families/{}/people", case.family);
    let relative = |relation: &str, date: &str| {
        json!({"relation": relation, "from": case.people[0], "given_name": "Wren", "family_name": "Wray",
            "birth_date": date})
    };
    // The sister was born on 17 February 1964.
    let refused = [("daughter", "1950-01-01"), ("son", "1974-02-16")];
    for (relation, date) in refused {
        let (status, facts) = told(&mut case.counsellor, &family, &relative(relation, date));
        assert!(status == 422 && said(&facts).contains("at least 10 years older"), "{relation}: {facts}");
    }
    let (status, facts) = told(&mut case.counsellor, &family, &relative("daughter", "1984-02-17"));
    assert_eq!(status, 200, "{facts}");
    let daughter = text_of(&facts, "person").unwrap();
    let people = case.counsellor.program.api(&format!("/families/{}", case.family)).unwrap();
    let mother = list_of(&people, "people").unwrap().iter().find(|one| one["relation"] == "mother");
    let mother = text_of(mother.unwrap(), "person").unwrap();
    let wrong =
        [(case.people[0].clone(), "1980-01-01"), (daughter.clone(), "1960-01-01"), (mother, "1955-01-01")];
    for (person, date) in wrong {
        let page = format!("/people/{person}/identity");
        let (status, facts) = told(&mut case.counsellor, &page, &born(date));
        assert!(status == 422 && said(&facts).contains("at least 10 years older"), "{date}: {facts}");
    }
    let shown = case.counsellor.program.api(&format!("/people/{daughter}")).unwrap();
    assert_eq!(shown["birth_date"], "17 February 1984", "what was refused changed nothing");
}

#[test]
fn a_death_fits_the_life_and_its_date_is_corrected_with_a_reason_and_never_overwritten() {
    let world = World::new(723);
    let mut case = Case::new(&world, &[AUNT, SISTER]);
    let person = format!("/people/{}", case.people[0]);
    let died = |date: &str| json!({"died_on": date});
    let correct = |date: &str, reason: &str| json!({"died_on": date, "reason": reason});
    let (status, _) =
        told(&mut case.counsellor, &format!("{person}/death-date"), &correct("2020-05-01", "None yet"));
    assert_eq!(status, 409, "there is nothing to correct");
    for (date, why) in [("1931-08-05", "before the date of birth"), ("2026-11-24", "in the future")] {
        let (status, facts) = told(&mut case.counsellor, &format!("{person}/died"), &died(date));
        assert!(status == 422 && said(&facts).contains(why), "{facts}");
    }
    assert_eq!(told(&mut case.counsellor, &format!("{person}/died"), &died("2020-05-01")).0, 200);
    let (status, facts) = told(&mut case.counsellor, &format!("{person}/died"), &died("2021-06-02"));
    assert!(status == 409 && said(&facts).contains("1 May 2020"), "{status} {facts}");
    let after = json!({"given_name": "Ottilie", "family_name": "Farr", "birth_date": "2021-01-01"});
    let (status, facts) = told(&mut case.counsellor, &format!("{person}/identity"), &after);
    assert!(status == 422 && said(&facts).contains("before the date of birth"), "{facts}");
    let form = format!("{person}/death-date");
    assert_eq!(told(&mut case.counsellor, &form, &correct("2021-06-02", " ")).0, 422, "no reason");
    assert_eq!(told(&mut case.counsellor, &form, &correct("2020-05-01", "Same")).0, 422);
    assert_eq!(told(&mut case.counsellor, &form, &correct("2027-01-01", "Future")).0, 422);
    let page = [("died_on-day", "2"), ("died_on-month", "6"), ("died_on-year", "2021")];
    let fields: Vec<_> = page.into_iter().chain([("reason", "The certificate says so")]).collect();
    case.counsellor.browser.done(&person, &form, &fields).unwrap();
    let page = case.counsellor.browser.page(&person).unwrap();
    assert!(page.contains("Died 2 June 2021") && page.contains("was 1 May 2020"), "{page}");
    assert!(page.contains("The certificate says so"));
    let record =
        case.clinician.browser.page(&format!("/families/{}/record", case.family)).unwrap_or_default();
    assert!(
        record.is_empty() || !record.contains("The certificate says so"),
        "the record holds nothing typed"
    );
    assert_eq!(case.state(0), "deceased");
}

#[test]
fn a_report_with_an_impossible_date_of_birth_is_kept_and_says_so() {
    let world = World::new(724);
    let mut nia = world.counsellor();
    for (date, words) in [("2031-05-04", "4 May 2031"), ("1061-04-09", "9 April 1061")] {
        let text = String::from_utf8(report("brca2_germline")).unwrap();
        let bytes = text.replace("1961-04-09", date).replace("R24-0061873", &format!("R24-{date}"));
        let result = nia.report_upload(bytes.as_bytes()).unwrap().unwrap();
        let facts = nia.result(&result).unwrap();
        assert_eq!(facts["proband"]["birth_date"], Value::Null);
        let page = nia.browser.page(&format!("/results/{result}")).unwrap();
        assert!(page.contains(&format!("The report gives {words} as the proband")), "{page}");
        assert!(page.contains("which cannot be right"));
    }
}

#[test]
fn a_death_recorded_by_mistake_is_taken_back_and_the_person_followed_again() {
    let world = World::new(725);
    let mut case = Case::new(&world, &[AUNT, SISTER]);
    let person = format!("/people/{}", case.people[0]);
    let form = format!("{person}/alive");
    let why = json!({"alive_reason": "A cousin of the same name had died"});
    assert_eq!(told(&mut case.counsellor, &form, &why).0, 409, "nobody has died");
    let died = json!({"died_on": "2020-05-01"});
    assert_eq!(told(&mut case.counsellor, &format!("{person}/died"), &died).0, 200);
    assert_eq!(case.state(0), "deceased");
    let place = json!({"sex_at_birth": "female", "life": "living"});
    let (status, facts) = told(&mut case.counsellor, &format!("{person}/particulars"), &place);
    assert!(status == 422 && said(&facts).contains("say so on their own page"), "{facts}");
    let (status, facts) = told(&mut case.counsellor, &form, &json!({"alive_reason": " "}));
    assert!(status == 422 && facts["field"] == "alive_reason", "{facts}");
    case.counsellor
        .browser
        .done(&person, &form, &[("alive_reason", "A cousin of the same name had died")])
        .unwrap();
    let page = case.counsellor.browser.page(&person).unwrap();
    assert!(!page.contains("Nothing is sent to this person") && page.contains("This person has died"));
    assert!(
        page.contains("having died on 1 May 2020") && page.contains("A cousin of the same name"),
        "{page}"
    );
    assert_eq!(case.state(0), "identified", "followed again from the beginning");
    let again = json!({"died_on": "2021-06-02"});
    assert_eq!(told(&mut case.counsellor, &format!("{person}/died"), &again).0, 200);
    let page = case.counsellor.browser.page(&person).unwrap();
    assert!(page.contains("Died 2 June 2021") && page.contains("having died on 1 May 2020"), "{page}");
    assert_eq!(case.state(0), "deceased");
}

#[test]
fn a_death_before_the_year_of_birth_is_refused_where_no_day_of_birth_is_known() {
    let world = World::new(726);
    let mut case = Case::new(&world, &[SISTER]);
    let of = |what: &str| format!("/people/{}/{what}", case.people[0]);
    let paths = [of("identity"), of("particulars"), of("died"), of("death-date")];
    let [identity, particulars, died, correct] = &paths;
    let mut send = |path: &str, body: Value| told(&mut case.counsellor, path, &body);
    assert_eq!(send(identity, json!({"given_name": "Tamsin", "family_name": "Wray"})).0, 200);
    let born = |year: &str| json!({"sex_at_birth": "female", "life": "living", "birth_year": year});
    let (status, facts) = send(particulars, born("2010"));
    assert_eq!(status, 200, "{facts}");
    let (status, facts) = send(died, json!({"died_on": "2009-12-31"}));
    assert!(status == 422 && said(&facts).contains("before the year of birth, 2010"), "{facts}");
    assert_eq!(facts["field"], "died_on");
    assert_eq!(send(died, json!({"died_on": "2010-01-01"})).0, 200, "a child of a day has that year");
    let (status, facts) = send(correct, json!({"died_on": "2009-03-03", "reason": "The certificate"}));
    assert!(status == 422 && said(&facts).contains("before the year of birth, 2010"), "{facts}");
    let dead = json!({"sex_at_birth": "female", "life": "deceased", "birth_year": "2011"});
    let (status, facts) = send(particulars, dead);
    assert!(status == 422 && said(&facts).contains("before the year of birth, 2011"), "{facts}");
}
