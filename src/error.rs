//! Errors with two faces: what a person is told (what went wrong, what to do, whether work was saved), and what is logged.
//! Must not know: any personal data; neither face may carry it. Inside `family` and `pedigree` each has its own error types.

use std::fmt;

pub type Result<T> = std::result::Result<T, Error>;

/// What sort of trouble it is; each has one HTTP status and one exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The input cannot be taken as it is. 422, exit 2.
    BadInput,
    /// No session. 401.
    NotSignedIn,
    /// Signed in, but the role does not allow it. 403.
    NotAllowed,
    /// Unknown, forbidden and deleted alike: existence itself is a secret. 404.
    NotFound,
    /// The rules refuse it in the state things are in. 409.
    NotNow,
    /// Too many tries. 429.
    TooMany,
    /// Everything is in use; try again. 503.
    Busy,
    /// How the installation is set up. 500, exit 2.
    Config,
    /// Ours. 500, exit 1.
    Inner,
}

/// An error with its public and its inner face.
pub struct Error {
    trouble: Trouble,
    public: String,
    /// The field of the form or of the JSON that it is about, by the name it was sent under.
    field: Option<String>,
    /// What is wrong with further fields of the same form: field, words.
    also: Vec<(String, String)>,
    inner: Option<String>,
}

impl Error {
    fn new(trouble: Trouble, public: impl Into<String>) -> Self {
        Self { trouble, public: public.into(), field: None, also: Vec::new(), inner: None }
    }
    pub fn bad_input(public: impl Into<String>) -> Self {
        Self::new(Trouble::BadInput, public)
    }
    pub fn not_now(public: impl Into<String>) -> Self {
        Self::new(Trouble::NotNow, public)
    }
    pub fn not_found() -> Self {
        Self::new(
            Trouble::NotFound,
            "There is nothing here that you can see. Check the address, or go back to your queues. What belongs to a family opens once you have taken its work from a queue, or claimed the family by its reference.",
        )
    }
    pub fn not_signed_in() -> Self {
        Self::new(
            Trouble::NotSignedIn,
            "You are not signed in, or your session has ended. Sign in and try again.",
        )
    }
    pub fn not_allowed(what: &str) -> Self {
        Self::new(
            Trouble::NotAllowed,
            format!(
                "Your role does not allow this ({what}). Nothing was changed. Ask a colleague whose role does."
            ),
        )
    }
    /// A form that another site's page sent: no role would be allowed it.
    pub fn from_elsewhere() -> Self {
        Self::new(
            Trouble::NotAllowed,
            "This form was not sent from Kinward's own page. Nothing was changed. Open the page again and send it from there.",
        )
    }
    pub fn too_many() -> Self {
        Self::new(Trouble::TooMany, "Too many tries. Wait a few minutes and try again.")
    }
    pub fn config(public: impl Into<String>) -> Self {
        Self::new(Trouble::Config, public)
    }
    /// The pool is empty or the database locked.
    pub fn busy(cause: impl fmt::Display) -> Self {
        Self {
            inner: Some(cause.to_string()),
            ..Self::new(Trouble::Busy, "The service is busy. Nothing was changed. Try again in a moment.")
        }
    }
    /// A fault of ours. `cause` is logged and must hold no personal data.
    pub fn inner(cause: impl fmt::Display) -> Self {
        Self {
            inner: Some(cause.to_string()),
            ..Self::new(
                Trouble::Inner,
                "Something went wrong on our side. Nothing was changed. Try again; if it happens again, tell your service's administrator the time it happened.",
            )
        }
    }

    /// The same error, about one field: it is shown beside it.
    #[must_use]
    pub fn at(self, field: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..self }
    }

    /// The same error, told of whom it is where it is of one of several; what is a fault of ours, or no secret, stays as it is.
    #[must_use]
    pub fn of(mut self, whom: &str) -> Self {
        match self.trouble {
            Trouble::BadInput | Trouble::NotNow => self.public = format!("{whom}: {}", self.public),
            Trouble::NotSignedIn
            | Trouble::NotAllowed
            | Trouble::NotFound
            | Trouble::TooMany
            | Trouble::Busy
            | Trouble::Config
            | Trouble::Inner => {}
        }
        self
    }

    /// The same error, with a sentence more.
    #[must_use]
    pub fn and(mut self, sentence: &str) -> Self {
        self.public = format!("{} {sentence}", self.public);
        self
    }

    /// The same error, with what is wrong with another field of the same form.
    #[must_use]
    pub fn also(mut self, field: impl Into<String>, words: impl Into<String>) -> Self {
        self.also.push((field.into(), words.into()));
        self
    }

    /// The same error, where what is called one name is another field on this form.
    #[must_use]
    pub fn moved(mut self, from: &str, to: &str) -> Self {
        let of = |field: &mut String| {
            if field == from {
                to.clone_into(field);
            }
        };
        self.field.iter_mut().for_each(of);
        self.also.iter_mut().for_each(|(field, _)| of(field));
        self
    }

    pub fn trouble(&self) -> Trouble {
        self.trouble
    }
    /// Whether it lies with us, so that the same may go well when it is tried again; all else is said to whoever asked.
    pub fn is_ours(&self) -> bool {
        match self.trouble {
            Trouble::TooMany | Trouble::Busy | Trouble::Config | Trouble::Inner => true,
            Trouble::BadInput
            | Trouble::NotSignedIn
            | Trouble::NotAllowed
            | Trouble::NotFound
            | Trouble::NotNow => false,
        }
    }
    /// What a person is told.
    pub fn public(&self) -> &str {
        &self.public
    }
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }
    /// What is wrong with further fields: field, words.
    pub fn further(&self) -> &[(String, String)] {
        &self.also
    }
    /// What is logged.
    pub fn cause(&self) -> Option<&str> {
        self.inner.as_deref()
    }

    /// Exit status of the command line: 2 for bad input or set-up, 1 for a failed operation.
    pub fn exit_status(&self) -> u8 {
        match self.trouble {
            Trouble::BadInput | Trouble::Config => 2,
            Trouble::NotSignedIn
            | Trouble::NotAllowed
            | Trouble::NotFound
            | Trouble::NotNow
            | Trouble::TooMany
            | Trouble::Busy
            | Trouble::Inner => 1,
        }
    }

    pub fn status(&self) -> actix_web::http::StatusCode {
        use actix_web::http::StatusCode as S;
        match self.trouble {
            Trouble::BadInput => S::UNPROCESSABLE_ENTITY,
            Trouble::NotSignedIn => S::UNAUTHORIZED,
            Trouble::NotAllowed => S::FORBIDDEN,
            Trouble::NotFound => S::NOT_FOUND,
            Trouble::NotNow => S::CONFLICT,
            Trouble::TooMany => S::TOO_MANY_REQUESTS,
            Trouble::Busy => S::SERVICE_UNAVAILABLE,
            Trouble::Config | Trouble::Inner => S::INTERNAL_SERVER_ERROR,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.public)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?}: {} ({})",
            self.trouble,
            self.public,
            self.inner.as_deref().unwrap_or("no inner cause")
        )
    }
}

impl std::error::Error for Error {}

impl From<diesel::result::Error> for Error {
    fn from(problem: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind as K, Error as D};
        match problem {
            D::NotFound => Error::not_found(),
            // The database's own words may quote a row, so only the kind is kept.
            D::DatabaseError(K::SerializationFailure, _) => Error::busy("serialization failure"),
            D::DatabaseError(kind, info) => match info.message() {
                "database is locked" => Error::busy("database is locked"),
                _ => Error::inner(format!(
                    "database refused: {kind:?} constraint {:?} table {:?}",
                    info.constraint_name(),
                    info.table_name()
                )),
            },
            D::SerializationError(e) => Error::inner(format!("a value cannot be stored: {e}")),
            D::DeserializationError(e) => Error::inner(format!("a stored value cannot be read: {e}")),
            other => Error::inner(format!("database: {}", std::any::type_name_of_val(&other))),
        }
    }
}

impl actix_web::ResponseError for Error {
    fn status_code(&self) -> actix_web::http::StatusCode {
        self.status()
    }
    /// A bare answer that carries the error; the surrounding middleware turns it into a page or JSON.
    fn error_response(&self) -> actix_web::HttpResponse {
        if let Some(cause) = self.cause() {
            tracing::error!(cause, "request failed");
        }
        let mut response = actix_web::HttpResponse::new(self.status());
        let (words, field) = (self.public.clone(), self.field.clone());
        response.extensions_mut().insert(Told { words, field, also: self.also.clone() });
        response
    }
}

/// The public face, on its way from the handler to whatever shows it.
#[derive(Debug, Clone)]
pub struct Told {
    pub words: String,
    pub field: Option<String>,
    /// Of further fields: field, words.
    pub also: Vec<(String, String)>,
}
