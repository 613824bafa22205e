//! What a request says of where it came from and of how its sender reads: as coarse as it can be, and kept nowhere in clear.
//! Must not know: who sent it, or what is asked for.

use actix_web::{HttpRequest, http::header};
use kinward_family::language::Language;
use std::net::IpAddr;

/// Where a request came from, as coarse as one household or office: 256 addresses of the old internet, one network of the new.
/// Behind proxies of one's own, each adds an address at the end of a header; further to the left anybody can write anything.
pub(super) fn place_of(req: &HttpRequest, proxies: u32) -> String {
    let told = || -> Option<IpAddr> {
        let back = usize::try_from(proxies).ok()?.checked_sub(1)?;
        let header = req.headers().get("x-forwarded-for")?.to_str().ok()?;
        header.rsplit(',').nth(back)?.trim().parse().ok()
    };
    match told().or_else(|| req.peer_addr().map(|peer| peer.ip())) {
        Some(IpAddr::V4(address)) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}")
        }
        Some(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}")
        }
        None => String::new(),
    }
}

pub(super) fn language_name(secure: bool) -> &'static str {
    if secure { "__Host-language" } else { "language" }
}

/// The language that somebody chose on a page, or that their letter is in.
pub(super) fn language_told(req: &HttpRequest, secure: bool) -> Option<Language> {
    req.cookie(language_name(secure))?.value().parse().ok()
}

/// The language that a browser asks for before anything else, as far as we speak it.
pub(super) fn language_preferred(req: &HttpRequest) -> Language {
    let asked = req.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let first = asked.unwrap_or_default().split([',', ';', '-']).next().unwrap_or_default();
    first.trim().to_lowercase().parse().unwrap_or_default()
}
