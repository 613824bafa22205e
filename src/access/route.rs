//! The list of every address: who may call it and which function answers. Nothing answers that is not on a list.
//! Must not know: what the functions do.

use super::Permission;

/// Who may call an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Before any session: signing in, assets, health.
    Anyone,
    Staff(Permission),
    /// Somebody on a visit to the portal; the pages themselves ask how far it has come.
    Visitor,
}

/// One address. `about` is one line for the API's description.
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub who: Who,
    pub about: &'static str,
    pub mount: fn() -> actix_web::Route,
}

/// `route!(GET "/path" Permission handler "about")`: the permission must be the one in the handler's `Staff<…>`;
/// a test calls every address as every role.
macro_rules! route {
    (GET $path:literal $may:ident $handler:path, $about:literal) => {
        crate::access::route::Route {
            method: "GET",
            path: $path,
            who: crate::access::route::Who::Staff(crate::access::Permission::$may),
            about: $about,
            mount: || actix_web::web::get().to($handler),
        }
    };
    (POST $path:literal $may:ident $handler:path, $about:literal) => {
        crate::access::route::Route {
            method: "POST",
            path: $path,
            who: crate::access::route::Who::Staff(crate::access::Permission::$may),
            about: $about,
            mount: || actix_web::web::post().to($handler),
        }
    };
}
pub(crate) use route;
