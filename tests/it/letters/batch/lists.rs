//! The lists of batches and of what a batch can take up, for somebody who has many: pages, filters, and what they ask of the
//! database. Must not know: what a letter says.

use super::{agreed, all_rounds, batch, counts, draft, lines};
use crate::support::World;
use kinward::demo::people::list_of;

#[test]
fn what_stands_in_the_address_of_a_batch_narrows_its_letters() {
    let world = World::new(871);
    let mut case = agreed(&world, 3);
    let id = draft(&mut case.counsellor, "stays");
    assert_eq!(lines(&batch(&mut case.counsellor, &id, "waiting")).len(), 3);
    all_rounds(&world);
    assert_eq!(lines(&batch(&mut case.counsellor, &id, "waiting")).len(), 0);
    let seen = batch(&mut case.counsellor, &id, "done");
    assert_eq!((counts(&seen), lines(&seen).len()), ([3, 3, 0, 0, 0], 3));
    assert_eq!(seen["paging"]["more"], false);
    for wrong in ["?show=nothing", "?page=x", "?show=done&page=one"] {
        let status = case.counsellor.browser.get(&format!("/letter-batches/{id}{wrong}")).unwrap().status;
        assert_eq!(status, 422, "{wrong}");
    }
    assert_eq!(case.counsellor.browser.get("/letter-batches?by=nobody").unwrap().status, 422);
    let beyond = case.counsellor.program.api("/letter-batches?page=9").unwrap();
    assert!(list_of(&beyond, "batches").unwrap().is_empty());
}
