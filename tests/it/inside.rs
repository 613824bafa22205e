//! The application reached without a network answers as it does over one.
//! Must not know: what any page says.

use crate::support::{
    World,
    cases::{Case, SISTER},
};
use kinward::{
    config::Wing,
    demo::{
        browser::Browser,
        inside::Inside,
        people::{letter_open, letter_open_at},
    },
};
use std::sync::Arc;

#[test]
fn a_letter_opened_without_a_network_is_the_letter() {
    let world = World::new(71);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let site = Inside::open(Arc::clone(&world.house), Wing::All);
    let (_, by_net) = letter_open(&world.address, &code, SISTER.born).unwrap();
    let (mut browser, inside) = letter_open_at(&Browser::inside(&site), &code, SISTER.born).unwrap();
    assert_eq!(by_net, inside);
    for path in ["/r/choices", "/r/nothing", "/nothing", "/results/none", "/assets/kinward.css"] {
        let (near, far) = (browser.get(path).unwrap(), Browser::new(&world.address).get(path).unwrap());
        assert!(near.header("date").is_none());
        assert_eq!(near.header("content-security-policy"), far.header("content-security-policy"), "{path}");
        if path != "/r/choices" {
            assert_eq!((near.status, near.body), (far.status, far.body), "{path}");
        }
    }
}
