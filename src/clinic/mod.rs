//! The professionals' wing, a folder a stage of the work, each with its objects and its pages.
//! Must not know: how a relative's browser is answered.
#![deny(clippy::wildcard_enum_match_arm)]

pub mod answers;
pub mod cascade;
pub mod imports;
pub mod incident;
pub mod incoming;
pub mod kindred;
pub mod letters;
pub mod people;
pub mod proxy;
pub mod queue;
pub mod recontact;
pub mod referral;
pub mod report;
pub mod request;
pub mod result;
pub mod sharing;
pub mod tested;
pub mod transfer;

use crate::access::route::Route;

/// Every address of this wing.
pub fn routes() -> impl Iterator<Item = &'static Route> {
    [
        crate::access::pages::ROUTES,
        queue::pages::ROUTES,
        result::pages::ROUTES,
        result::certificate::pages::ROUTES,
        result::certificate::check::ROUTES,
        people::pages::ROUTES,
        imports::pages::ROUTES,
        kindred::pages::ROUTES,
        sharing::pages::ROUTES,
        cascade::pages::ROUTES,
        tested::pages::ROUTES,
        letters::pages::ROUTES,
        answers::pages::ROUTES,
        incoming::pages::ROUTES,
        proxy::pages::ROUTES,
        recontact::pages::ROUTES,
        referral::pages::ROUTES,
        incident::pages::ROUTES,
        transfer::pages::ROUTES,
        request::pages::ROUTES,
        report::pages::ROUTES,
    ]
    .into_iter()
    .flatten()
}
