//! Where something sealed is opened without a person at a page: each place is listed with its reason.
//! Must not know: what is opened there.

use super::{files_under, root, without_tests};
use std::{collections::BTreeMap, fs};

/// Where something sealed is opened without a person at a page: file, how often, and why it may. Anything else is a fault.
const MAY_UNLOCK: &[(&str, usize, &str)] = &[
    ("access/family.rs", 3, "after the relationship check, of one or a list; to seal why one is begun"),
    (
        "access/conflict.rs",
        2,
        "to seal why somebody is kept out of a family, and why no longer; whoever does so need not be in it",
    ),
    (
        "audit/mod.rs",
        2,
        "the one way for rules, for one or for many: within an act, by whoever is listed below",
    ),
    (
        "clinic/cascade/listener.rs",
        1,
        "when the child that a letter is about can be written to: read in the letter, as whoever answers it did",
    ),
    (
        "clinic/request/ask.rs",
        2,
        "a request has a key of its own, for an extract is no family's; whoever reads one of a family has to do with it",
    ),
    (
        "clinic/imports/state.rs",
        1,
        "a file of an older system has keys of its own, for whoever brought it: no family is known of its rows yet",
    ),
    (
        "clinic/report/count/step.rs",
        1,
        "relatives of many families as the worker counted them so far, with a key of the count's own; they come out as figures",
    ),
    ("clinic/incoming/call.rs", 1, "a call comes in before anybody knows which family it is about"),
    (
        "clinic/result/certificate.rs",
        1,
        "the public check: whoever holds a certificate reads what stands on it, and it shows no more",
    ),
    (
        "clinic/result/intake.rs",
        4,
        "a report comes in before anyone has to do with its family; fetching one is an act",
    ),
    (
        "clinic/sharing/training.rs",
        2,
        "a learner's own answer to a made-up case, sealed for the service; no family is in it",
    ),
    (
        "clinic/kindred/carried.rs",
        1,
        "a person's own confirmed result goes into the file that was joined with theirs, to be confirmed there",
    ),
    (
        "clinic/sharing/never_share.rs",
        1,
        "words that a proband asked never to be shared hold in the files joined with theirs; they are compared, not shown",
    ),
    (
        "clinic/people/elsewhere.rs",
        2,
        "whether somebody has died, and can be who they are taken for, by another file that holds them; nothing of it is told",
    ),
    (
        "clinic/letters/returned.rs",
        1,
        "a letter came back in the post, by its code or by the provider's word: its address is compared with the one on record and closed, and neither is shown",
    ),
    (
        "clinic/letters/found.rs",
        1,
        "the last question before a letter leaves is asked by the worker, which has no relationship to anyone",
    ),
    (
        "clinic/sharing/run_out.rs",
        1,
        "an agreement's last day passes by itself, and a trigger fires: whether the proband lives is asked, so that nobody asks the dead",
    ),
    (
        "clinic/letters/batch/row.rs",
        1,
        "why a letter of a batch is held is sealed for its family, also where whoever started the batch has left it",
    ),
    (
        "clinic/report/inquiry.rs",
        1,
        "an inquiry is of no family: its answers have a key of their own, for whoever may read reports",
    ),
    (
        "clinic/report/cascade/unsealed.rs",
        1,
        "relatives are counted over all families; sex, language, condition and a test's word come out, and names have no place to",
    ),
    (
        "clinic/report/opened.rs",
        1,
        "reasons are counted over all families; codes and grades come out, and words have no place to",
    ),
    (
        "demo/size/mod.rs",
        1,
        "made-up families in a database that is thrown away, to be copied; nobody real is in it",
    ),
    (
        "relative/invitation.rs",
        1,
        "the relatives' wing opens the letter a code belongs to, in compartment F and no other",
    ),
];

#[test]
fn sealed_values_are_unlocked_only_where_the_list_says() {
    let mut found = BTreeMap::new();
    for file in files_under(&root().join("src"), ".rs") {
        let name = file.strip_prefix(root().join("src")).unwrap().to_string_lossy().into_owned();
        if name.starts_with("keys/") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let text = without_tests(&text);
        let count = text.matches(".unlock(").count()
            + text.matches(".unlock_many(").count()
            + text.matches("envelope::unlock(").count()
            + text.matches("envelope::unlock_many(").count();
        if count > 0 {
            found.insert(name, count);
        }
    }
    let listed: BTreeMap<String, usize> =
        MAY_UNLOCK.iter().map(|(file, count, _)| ((*file).to_owned(), *count)).collect();
    assert_eq!(found, listed, "say in MAY_UNLOCK why this opens something without a relationship");
}
