//! Names that a laboratory wrote wrong: which of them hold a variant back, and which are left out and said to be.
//! Must not know: what makes a name valid.

use super::{FIELDS, issue};
use crate::support::{
    World,
    cases::{Case, SISTER, report},
};
use kinward::demo::people::text_of;
use serde_json::json;

#[test]
fn a_name_that_is_not_valid_does_not_enter_the_joint_account() {
    let world = World::new(409);
    for (wrong, position, word) in [
        ("NM_000059:c.5946del", 10, "version"),
        ("NM_000059.4:c.5948_5946del", 15, "reversed"),
        ("NM_000059.4:\u{441}.5946del", 13, "Cyrillic"),
        ("NM_000059.4:c.5946delete", 22, "end here"),
    ] {
        let text = String::from_utf8(report("brca2_germline")).unwrap();
        let text =
            text.replace("NM_000059.4:c.5946del", wrong).replace("R24-0061873", &format!("R24-{position}"));
        let mut counsellor = world.counsellor();
        let result = counsellor.report_upload(text.as_bytes()).unwrap().unwrap();
        let page = counsellor.result(&result).unwrap();
        let finding = page["findings"]
            .as_array()
            .unwrap()
            .iter()
            .find(|f| f["gene"] == "BRCA2" && f["kind"] == "variant");
        let finding = finding.unwrap();
        assert_eq!(finding["hgvs_c"], wrong, "kept as received");
        let id = text_of(finding, "finding").unwrap();
        let seen = counsellor
            .browser
            .submit(
                &format!("/results/{result}"),
                &format!("/results/{result}/findings/{id}/mark"),
                &[("mark", "familial"), ("why", "as suggested")],
            )
            .unwrap();
        let told = seen.text();
        assert_eq!(seen.status, 409, "{wrong}");
        assert!(told.contains(&format!("character {position}")) && told.contains(word), "{wrong}: {told}");
    }
}

#[test]
fn another_name_that_is_not_valid_is_shown_left_out_and_holds_nothing_up() {
    let world = World::new(413);
    let text = String::from_utf8(report("brca2_germline")).unwrap();
    let valid = ["NP_000050.3:p.(Ser1982Argfs*22)", "NC_000013.11:g.32340301del"];
    assert!(valid.iter().all(|name| text.contains(name)));
    let wrong = ["NP_000050.3:p.(Ser1982Argfs*22", "NC_000013:g.32340301del"];
    let text = text.replace(valid[0], wrong[0]).replace(valid[1], wrong[1]);
    let mut case = Case::with(&world, text.as_bytes(), &[SISTER]);
    let page = case.counsellor.result(&case.result.clone()).unwrap();
    let finding = page["findings"].as_array().unwrap().iter().find(|f| f["kind"] == "variant").unwrap();
    assert_eq!((&finding["hgvs_p"], &finding["hgvs_g"]), (&json!(wrong[0]), &json!(wrong[1])), "kept");
    let said = finding["left_out"].to_string();
    assert!(said.contains("character 31") && said.contains("character 10"), "{said}");
    let shown = case.counsellor.browser.page(&format!("/results/{}", case.result)).unwrap();
    assert!(shown.contains("Not passed on:") && shown.contains("character 31"));
    let issued = issue(&mut case, FIELDS);
    let content = issued.value();
    let variant = &content["variants"][0];
    assert_eq!(variant["coding"], "NM_000059.4:c.5946del", "{content}");
    assert!(variant.get("protein").is_none() && variant.get("genomic").is_none(), "{variant}");
    assert!(variant.get("build").is_none(), "a build without coordinates says nothing: {variant}");
    case.agree(0, "L2");
    case.approved(0, "L2");
    assert_eq!(world.send(), 2);
}
