//! A service writes only with wording that a named clinician has approved.
//! Must not know: what the wording is.

use crate::support::{
    World,
    cases::{AUNT, Case},
};

const PAGE: &str = "/templates/direct_contact/en";

#[test]
fn nothing_is_drafted_with_wording_that_nobody_has_approved() {
    let world = World::new(811);
    let mut case = Case::new(&world, &[AUNT]);
    case.agree(0, "L1");
    let task = case.tasks[0].clone();
    let silent = case.clinician.browser.submit(PAGE, &format!("{PAGE}/withdraw"), &[]).unwrap();
    assert!(
        silent.status == 422 && silent.text().contains("why the approval is withdrawn"),
        "{}",
        silent.text()
    );
    let why = [("withdrawn_why", "The paragraph on insurance is out of date.")];
    case.clinician.browser.done(PAGE, &format!("{PAGE}/withdraw"), &why).unwrap();
    let refused = case.counsellor.letter_draft(&task, "L1").unwrap_err();
    assert!(refused.public().contains("has not been approved"), "{refused}");
    assert!(case.counsellor.browser.page(PAGE).unwrap().contains("No letter is drafted with it"));
    // A counsellor reads templates and approves none.
    let not_allowed =
        case.counsellor.browser.submit(PAGE, &format!("{PAGE}/approve"), &[("checked_by", "Me")]);
    assert_eq!(not_allowed.unwrap().status, 403);
    // Whoever gives no name, one word or no role gets the form again, with what they typed.
    let wrong = [
        ("", "consultant", "first and family name"),
        ("Mair", "consultant", "first and family name"),
        ("Dr Mair Hughes", "", "Give the role"),
    ];
    for (name, role, says) in wrong {
        let fields = [("checked_by", name), ("checked_role", role)];
        let again = case.clinician.browser.submit(PAGE, &format!("{PAGE}/approve"), &fields).unwrap();
        let html = again.text();
        assert!(again.status == 422 && html.contains(says) && html.contains("There is a problem"), "{html}");
        assert!(html.contains("Approve this wording") && html.contains(role), "{html}");
    }
    let by = [("checked_by", "Dr Mair Hughes"), ("checked_role", "consultant")];
    case.clinician.browser.done(PAGE, &format!("{PAGE}/approve"), &by).unwrap();
    let page = case.counsellor.browser.page(PAGE).unwrap();
    assert!(page.contains("Dr Mair Hughes, consultant") && page.contains("Dr Amir Rahman"), "{page}");
    for past in ["Withdrawn", "The paragraph on insurance is out of date.", "made up for the demonstration"] {
        assert!(page.contains(past), "{past}: {page}");
    }
    case.counsellor.letter_draft(&task, "L1").unwrap();
}

#[test]
fn every_template_can_be_looked_at_with_made_up_facts() {
    let world = World::new(812);
    let mut nia = world.counsellor();
    let list = nia.browser.page("/templates").unwrap();
    let links: Vec<String> = list
        .split("href=\"/templates/")
        .skip(1)
        .filter_map(|rest| rest.split('"').next().map(str::to_owned))
        .collect();
    assert_eq!(links.len(), 56, "each kind in each language");
    for link in links {
        let page = nia.browser.page(&format!("/templates/{link}")).unwrap();
        assert!(page.contains("Approved by"), "{link}");
    }
    let page = nia.browser.page("/templates/direct_contact/cy").unwrap();
    assert!(page.contains("Annwyl Siân Llŷr-Rhys") && page.contains("lang=\"cy-GB\""), "{page}");
    // Staff read English, whatever the reader of the letter reads.
    assert!(
        page.contains("November 2027")
            && !page.contains("be read again by</dt><dd class=\"nhsuk-summary-list__value\">mis "),
        "{page}"
    );
    let asked = nia.browser.get("/templates/nothing/en").unwrap();
    assert_eq!(asked.status, 404);
}
