//! What the proband's own report says: how many copies, of which gene, and what may be told and computed from it.
//! Must not know: how a chance is computed; the figures are worked out by hand here.

use crate::support::{TODAY, World, cases::report};
use kinward::demo::people::{list_of, proband_of, text_of};
use serde_json::json;

/// The report of one variant, said to be in the gene of a recessive condition.
fn cystic_fibrosis() -> Vec<u8> {
    String::from_utf8(report("brca2_germline")).unwrap().replace("BRCA2", "CFTR").into_bytes()
}

#[test]
fn a_parent_of_somebody_with_one_copy_carries_by_half_and_a_little_more() {
    let world = World::new(840);
    let mut nia = world.counsellor();
    let result = nia.report_upload(&cystic_fibrosis()).unwrap().unwrap();
    let page = nia.result(&result).unwrap();
    nia.findings_mark(&result, &page).unwrap();
    nia.result_separate(&result, "cystic_fibrosis", "autosomal_recessive", "R185").unwrap();
    nia.conversation(&result, "at_result", TODAY, "Yes, they should know.").unwrap();
    let (family, proband) =
        (text_of(&page, "family").unwrap(), text_of(proband_of(&page).unwrap(), "person").unwrap());
    let mother =
        json!({"relation": "mother", "from": proband, "given_name": "Ida", "family_name": "Ashdown"});
    nia.program.api_post(&format!("/families/{family}/people"), &mother).unwrap();
    let list = nia.program.api(&format!("/results/{result}/at-risk")).unwrap();
    let row = &list_of(&list, "relatives").unwrap()[0];
    // The copy came from her (1 in 2), or it did not and her other copy has it as often as anybody's (2 in 100):
    // 0.5 + 0.5 * 0.02 = 0.51.
    assert_eq!(row["percent"], "51%", "{row}");
}

#[test]
fn a_condition_that_is_not_the_genes_is_refused_and_nothing_changes() {
    let world = World::new(841);
    let mut nia = world.counsellor();
    let result = nia.report_upload(&report("vhl_vhl")).unwrap().unwrap();
    let page = nia.result(&result).unwrap();
    nia.findings_mark(&result, &page).unwrap();
    let separate = format!("/results/{result}/separate");
    let fields =
        [("condition", "cystic_fibrosis"), ("inheritance", "autosomal_recessive"), ("test_code", "R185")];
    let seen = nia.browser.submit(&format!("/results/{result}"), &separate, &fields).unwrap();
    assert_eq!(seen.status, 422);
    let text = seen.text();
    assert!(text.contains("Cystic fibrosis is not a condition of VHL") && text.contains("Von Hippel-Lindau"));
    assert_eq!(nia.result(&result).unwrap()["state"], "triage");
    nia.result_separate(&result, "vhl", "autosomal_dominant", "R225").unwrap();
}
