//! GOV.UK Notify as a way out: e-mail, text messages and letters as they were set, each handed over once under our reference.
//! Must not know: what a message says beyond its notice, whose key signs, or what follows from an answer.
//!
//! | event | outcome |
//! |---|---|
//! | no connection, no name, no time to begin | retry |
//! | certificate, key, clock, address of the service (401, 403, 404, 405, 3xx) | retry and pause the channel |
//! | 201 with an id | accepted |
//! | 400, 413, 422 | refused |
//! | 429 | busy: later, and not counted against the address |
//! | anything else once the request may have left: 5xx, silence, a broken or odd answer | uncertain |
//! | tried before | asked by our reference first; nothing is sent unless it is surely not there |

mod answer;

use super::{Found, Parcel, PostRef, Postage, Sent, Transport};
use answer::{fault, outcome, said_of};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use std::{fmt, time::Duration};

/// Signs one request: a token for now. Nothing where it cannot be signed.
pub type Sign = Box<dyn Fn() -> Option<String> + Send + Sync>;

/// What of GOV.UK Notify a service uses. What has no template goes another way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotifyService {
    /// `https://…`, without a final slash.
    pub address: String,
    /// A template whose subject is `((subject))` and whose message is `((text))`.
    pub email_template: Option<String>,
    /// A template whose message is `((text))`.
    pub text_template: Option<String>,
    pub postage: Postage,
    /// For the connection, and for the whole request.
    pub connect: Duration,
    pub whole: Duration,
}

/// Why GOV.UK Notify's settings cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotifySetupError {
    #[error("GOV.UK Notify is spoken to by https, or on this machine")]
    Plain,
}

/// The way out.
pub struct Notify {
    agent: ureq::Agent,
    service: NotifyService,
    sign: Sign,
}

impl fmt::Debug for Notify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Notify")
    }
}

/// An answer longer than this is none of Notify's.
const LONGEST: u64 = 1024 * 1024;

impl Notify {
    /// Checks the settings; connects to nothing.
    pub fn new(service: NotifyService, sign: Sign) -> Result<Self, NotifySetupError> {
        let here = ["http://127.0.0.1:", "http://localhost:"];
        if !service.address.starts_with("https://") && !here.iter().any(|at| service.address.starts_with(at))
        {
            return Err(NotifySetupError::Plain);
        }
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            // Somebody else's address is never told our token.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(service.connect))
            .timeout_global(Some(service.whole))
            // A connection kept open and closed by the other side would make the next request uncertain.
            .max_idle_connections(0)
            .build()
            .new_agent();
        Ok(Self { agent, service, sign })
    }

    /// Status and body of one request, or what its failing means.
    fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Result<(u16, Value), Sent> {
        let at_fault = |words: &str| Sent::Retry { words: words.to_owned(), pause_channel: true };
        let token = (self.sign)().ok_or_else(|| at_fault("the request to GOV.UK Notify cannot be signed"))?;
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.service.address))
            .header("Authorization", format!("Bearer {token}"))
            .header("Content-Type", "application/json")
            .body(body.map(Value::to_string).unwrap_or_default())
            .map_err(|_| at_fault("the address of GOV.UK Notify cannot be used"))?;
        let mut answer = self.agent.run(request).map_err(|e| fault(&e))?;
        let status = answer.status().as_u16();
        let text = answer.body_mut().with_config().limit(LONGEST).read_to_string();
        match text {
            Ok(text) => Ok((status, serde_json::from_str(&text).unwrap_or(Value::Null))),
            // The status came; what is cut is the words.
            Err(_) => Ok((status, Value::Null)),
        }
    }

    fn hand_over(&self, post: &PostRef, what: &What<'_>) -> Sent {
        if post.again {
            match self.ask(post) {
                Found::Taken { provider_ref, .. } => return Sent::Accepted { provider_ref },
                Found::Absent => {}
                Found::Unknown => {
                    return Sent::Retry {
                        words: "GOV.UK Notify could not be asked whether an earlier try had arrived"
                            .to_owned(),
                        pause_channel: false,
                    };
                }
            }
        }
        match self.call("POST", what.path, Some(&what.body)) {
            Ok((status, body)) => outcome(status, &body, what.hidden),
            Err(sent) => sent,
        }
    }
}

/// One request to hand something over.
struct What<'a> {
    path: &'static str,
    body: Value,
    /// Whom it is for: not to be repeated in words that are kept.
    hidden: &'a str,
}

impl Transport for Notify {
    fn send(&self, post: &PostRef, parcel: &Parcel<'_>) -> Sent {
        let reference = post.id.to_string();
        let what = match parcel {
            Parcel::Notice(notice) => {
                let Some(template) = &self.service.email_template else {
                    return Sent::ours("no template of GOV.UK Notify for e-mail is set");
                };
                let (subject, text) = crate::mutant::mail(notice.subject(), notice.text());
                What {
                    path: "/v2/notifications/email",
                    body: json!({
                        "email_address": notice.to().as_str(),
                        "template_id": template,
                        "personalisation": {"subject": subject, "text": text},
                        "reference": reference,
                    }),
                    hidden: notice.to().as_str(),
                }
            }
            Parcel::Digest(digest) => {
                let Some(template) = &self.service.email_template else {
                    return Sent::ours("no template of GOV.UK Notify for e-mail is set");
                };
                What {
                    path: "/v2/notifications/email",
                    body: json!({
                        "email_address": digest.to().as_str(),
                        "template_id": template,
                        "personalisation": {"subject": digest.subject(), "text": digest.text()},
                        "reference": reference,
                    }),
                    hidden: digest.to().as_str(),
                }
            }
            Parcel::Text(notice) => {
                let Some(template) = &self.service.text_template else {
                    return Sent::ours("no template of GOV.UK Notify for text messages is set");
                };
                What {
                    path: "/v2/notifications/sms",
                    body: json!({
                        "phone_number": notice.to().as_str(),
                        "template_id": template,
                        "personalisation": {"text": notice.text()},
                        "reference": reference,
                    }),
                    hidden: notice.to().as_str(),
                }
            }
            Parcel::Letter(pdf) => What {
                path: "/v2/notifications/letter",
                body: json!({
                    "reference": reference,
                    "content": STANDARD.encode(pdf.bytes()),
                    "postage": self.service.postage.as_str(),
                }),
                hidden: "",
            },
        };
        self.hand_over(post, &what)
    }

    fn ask(&self, post: &PostRef) -> Found {
        let path = format!("/v2/notifications?reference={}", post.id);
        match self.call("GET", &path, None) {
            Ok((200, body)) => said_of(&body, post.id.as_str()),
            Ok(_) | Err(_) => Found::Unknown,
        }
    }

    fn can_be_asked(&self) -> bool {
        true
    }

    fn is_far(&self) -> bool {
        true
    }
}
