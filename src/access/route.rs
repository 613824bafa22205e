//! The list of every address: who may call it and which function answers. Nothing answers that is not on a list.
//! Must not know: what the functions do.

use super::Permission;

/// Who may call an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Before any session: signing in, assets, health.
    Anyone,
    Staff(Permission),
    /// A provider that hands our post on, with a bearer token of its own and no session.
    Provider,
    /// Somebody on a visit to the portal; the pages themselves ask how far it has come.
    Visitor,
}

/// One address. `about` is one line for the API's description.
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub who: Who,
    pub about: &'static str,
    /// Where the form of a POST stands: it is shown again there when it is refused. Of several addresses the first counts
    /// whose parameters are known, from the form's own address or from its fields.
    pub form_on: &'static [&'static str],
    pub mount: fn() -> actix_web::Route,
}

/// `route!(GET "/path" Permission handler "about")`: the permission must be the one in the handler's `Staff<…>`;
/// a test calls every address as every role. `form on "/page"` names the page of a form.
macro_rules! route {
    (GET $path:literal $may:ident $handler:path, $about:literal) => {
        crate::access::route::Route {
            method: "GET",
            path: $path,
            who: crate::access::route::Who::Staff(crate::access::Permission::$may),
            about: $about,
            form_on: &[],
            mount: || actix_web::web::get().to($handler),
        }
    };
    (POST $path:literal $may:ident $handler:path, $about:literal $(, form on $($page:literal)|+)?) => {
        crate::access::route::Route {
            method: "POST",
            path: $path,
            who: crate::access::route::Who::Staff(crate::access::Permission::$may),
            about: $about,
            form_on: &[$($($page),+)?],
            mount: || actix_web::web::post().to($handler),
        }
    };
}
pub(crate) use route;
