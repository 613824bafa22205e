//! The addresses of a wing: which routes stand at a path, found without trying every pattern, each pattern made once a process.
//! Must not know: what any route does.

use crate::{access::route::Route, config::Wing};
use actix_web::dev::ResourceDef;
use std::sync::OnceLock;

/// A path with its parameters, and the routes that stand at it, one for each method.
pub struct Address {
    path: String,
    /// How far the path is the same for all: nearly every other address is told apart by it.
    fixed: usize,
    routes: Vec<&'static Route>,
    pattern: OnceLock<ResourceDef>,
}

/// All of a wing's, in the order of the lists: of two that fit the first counts.
pub struct Addresses(Vec<Address>);

impl Addresses {
    pub fn of(wing: Wing) -> &'static Self {
        static ALL: OnceLock<Addresses> = OnceLock::new();
        static STAFF: OnceLock<Addresses> = OnceLock::new();
        static RELATIVE: OnceLock<Addresses> = OnceLock::new();
        let kept = match wing {
            Wing::All => &ALL,
            Wing::Staff => &STAFF,
            Wing::Relative => &RELATIVE,
        };
        kept.get_or_init(|| Self::new(super::routes(wing)))
    }

    fn new(routes: Vec<(String, &'static Route)>) -> Self {
        let mut all: Vec<Address> = Vec::new();
        for (path, route) in routes {
            match all.iter_mut().find(|known| known.path == path) {
                Some(known) => known.routes.push(route),
                None => {
                    let fixed = path.find('{').unwrap_or(path.len());
                    all.push(Address { path, fixed, routes: vec![route], pattern: OnceLock::new() });
                }
            }
        }
        Self(all)
    }

    pub fn find(&self, path: &str) -> Option<&Address> {
        self.0.iter().find(|address| address.fits(path))
    }
}

impl Address {
    /// A parameter stands for one whole part of a path, and for no empty one.
    fn fits(&self, path: &str) -> bool {
        let Some((fixed, rest)) = self.path.split_at_checked(self.fixed) else { return false };
        let Some(asked) = path.strip_prefix(fixed) else { return false };
        let (mut asked, mut ours) = (asked.split('/'), rest.split('/'));
        loop {
            match (ours.next(), asked.next()) {
                (None, None) => return true,
                (Some(part), Some(asked)) if part == asked || (is_parameter(part) && !asked.is_empty()) => {}
                (Some(_), Some(_)) | (Some(_), None) | (None, Some(_)) => return false,
            }
        }
    }

    pub fn route(&self, method: &str) -> Option<&'static Route> {
        self.routes.iter().find(|route| route.method == method).copied()
    }

    /// The methods that something here answers, as a refusal of any other names them.
    pub fn allowed(&self) -> String {
        let mut methods: Vec<&str> = self.routes.iter().map(|route| route.method).collect();
        methods.sort_unstable();
        methods.join(", ")
    }

    /// What takes the parameters out of a path.
    pub fn pattern(&self) -> &ResourceDef {
        self.pattern.get_or_init(|| ResourceDef::new(self.path.as_str()))
    }
}

fn is_parameter(part: &str) -> bool {
    part.starts_with('{')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parts that a path may have, such as could be taken for another's.
    const PARTS: [&str; 4] = ["", "new", "0f8e-1", "a b{c"];

    #[test]
    fn an_address_is_found_as_the_framework_would_find_it() {
        let all = Addresses::of(Wing::All);
        assert!(all.0.len() > 100);
        let found = |path: &str| all.find(path).map(|address| address.path.as_str());
        let by_pattern = |path: &str| {
            let first = all.0.iter().find(|address| address.pattern().is_match(path));
            first.map(|address| address.path.as_str())
        };
        for address in &all.0 {
            for part in PARTS {
                let asked: Vec<&str> =
                    address.path.split('/').map(|own| if is_parameter(own) { part } else { own }).collect();
                let asked = asked.join("/");
                for asked in [format!("{asked}/"), format!("{asked}/{part}"), format!("/{asked}"), asked] {
                    assert_eq!(found(&asked), by_pattern(&asked), "{asked}");
                }
            }
        }
        for nowhere in ["", "/nothing", "/api", "/api/v1/nothing/at/all", "nothing"] {
            assert_eq!(found(nowhere), by_pattern(nowhere), "{nowhere}");
        }
    }

    #[test]
    fn a_parameter_is_a_whole_part_of_its_path() {
        for address in &Addresses::of(Wing::All).0 {
            for part in address.path.split('/').filter(|part| part.contains(['{', '}', '*'])) {
                let name = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')).unwrap();
                assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{part}");
            }
        }
    }
}
