//! Where a form comes from, as the browser that sent it says.
//! Must not know: which form it is. Whether it carries its session's token is asked apart, and decides.

use super::House;
use actix_web::{HttpRequest, web};
use std::sync::Arc;

/// No page can forge what a browser says here. Programs may; they have nobody's cookie to misuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CameFrom {
    OwnPage,
    Elsewhere,
    /// An older browser, or one that was told to say nothing: the form token and the strict cookie decide alone.
    Untold,
}

impl CameFrom {
    pub fn of(req: &HttpRequest) -> Self {
        let text = |name: &str| req.headers().get(name).and_then(|value| value.to_str().ok());
        match (text("sec-fetch-site"), text("origin")) {
            (Some("same-origin"), _) => Self::OwnPage,
            (Some("none"), _) => Self::Untold,
            (Some(_), _) => Self::Elsewhere,
            // "null" is said where a page sends no referrer, by ours and by others.
            (None, None | Some("null")) => Self::Untold,
            (None, Some(origin)) => {
                let house = req.app_data::<web::Data<Arc<House>>>();
                match house.is_some_and(|house| same_origin(&house.config.address, origin)) {
                    true => Self::OwnPage,
                    false => Self::Elsewhere,
                }
            }
        }
    }
}

/// Browsers on this machine may call it by either of its names; anything else must match to the letter.
fn same_origin(address: &str, origin: &str) -> bool {
    let local = |text: &str| text.replace("//localhost", "//127.0.0.1");
    let base: String = address.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    local(&base) == local(origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_ours_to_the_letter() {
        assert!(same_origin("https://kinward.example/staff", "https://kinward.example"));
        assert!(same_origin("http://127.0.0.1:8080", "http://localhost:8080"));
        for other in [
            "https://kinward.example.evil",
            "http://kinward.example",
            "https://kinward.example:8443",
            "null",
            "",
        ] {
            assert!(!same_origin("https://kinward.example", other), "{other}");
        }
    }
}
