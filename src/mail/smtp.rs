//! The e-mail channel: a connection to the mail server that is encrypted, signed in and in step.
//! Must not know: what the message says, or whether it may go: that was decided before.
//!
//! Until the connection is ready every failure is a retry; a certificate that does not fit, a refused sign-in or missing
//! STARTTLS pauses the channel too. From MAIL on, see `handover`.

use super::{
    Parcel, PostRef, Sender, Sent, Transport,
    handover::{Handover, Progress, broken_tls, in_step},
    message,
};
use lettre::{
    Message,
    transport::smtp::{
        authentication::DEFAULT_MECHANISMS,
        client::{Certificate, SmtpConnection, TlsParameters},
        extension::ClientId,
    },
};
use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

pub use lettre::transport::smtp::authentication::Credentials;

/// How the connection is protected. There is no "if the server offers it".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// STARTTLS (port 587 or 25); a server that does not offer it gets no mail.
    Required,
    /// TLS from the first byte (port 465): prefer it, nothing at all is said in the clear.
    Implicit,
    /// Plain text, to a mail server on this machine only.
    NoneForLoopbackOnly,
}

/// How long to wait. Each but the last bounds one read or write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// For the connection, the greeting and the first EHLO (10 s).
    pub connect: Duration,
    /// For each command's answer (60 s).
    pub command: Duration,
    /// For the answer to the final dot (300 s: the server works then, and giving up early makes posts uncertain).
    pub reply: Duration,
    /// For the whole conversation (600 s): a server that says a byte a second keeps every other bound.
    pub whole: Duration,
}

/// Where mail is handed over.
pub struct SmtpServer {
    /// A host name (checked against the certificate) or an address.
    pub host: String,
    pub port: u16,
    pub security: SmtpSecurity,
    /// How we introduce ourselves in EHLO: a host name.
    pub hello_name: String,
    pub credentials: Option<Credentials>,
    /// Further certificate authorities as PEM, for a mail server with a private one. Public ones are built in.
    pub extra_roots: Option<Vec<u8>>,
    pub timeouts: Timeouts,
}

/// Why a mail server's settings cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SmtpSetupError {
    #[error(
        "mail without encryption is only for a server on this machine (127.0.0.1, ::1 or localhost): set the mail security to STARTTLS or TLS"
    )]
    PlainBeyondThisMachine,
    #[error("the host name given for EHLO is not one: letters, digits, dots and hyphens only")]
    BadHelloName,
    #[error("the mail server's name cannot stand in a certificate, or the extra certificates are not PEM")]
    BadCertificates,
}

/// The e-mail channel.
pub struct SmtpTransport(Arc<Way>);

struct Way {
    host: String,
    port: u16,
    security: SmtpSecurity,
    hello: ClientId,
    tls: Option<TlsParameters>,
    credentials: Option<Credentials>,
    timeouts: Timeouts,
    sender: Sender,
}

impl fmt::Debug for SmtpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpTransport").field("security", &self.0.security).finish_non_exhaustive()
    }
}

impl SmtpTransport {
    /// Checks the settings; connects to nothing.
    pub fn new(server: SmtpServer, sender: Sender) -> Result<Self, SmtpSetupError> {
        let named = |b: u8| b.is_ascii_alphanumeric() || b"-.".contains(&b);
        if server.hello_name.is_empty() || !server.hello_name.bytes().all(named) {
            return Err(SmtpSetupError::BadHelloName);
        }
        let tls = match server.security {
            SmtpSecurity::NoneForLoopbackOnly if loopback(&server.host).is_empty() => {
                return Err(SmtpSetupError::PlainBeyondThisMachine);
            }
            SmtpSecurity::NoneForLoopbackOnly => None,
            SmtpSecurity::Required | SmtpSecurity::Implicit => {
                let mut tls = TlsParameters::builder(server.host.clone());
                if let Some(pem) = &server.extra_roots {
                    let roots = Certificate::from_pem(pem).map_err(|_| SmtpSetupError::BadCertificates)?;
                    tls = tls.add_root_certificate(roots);
                }
                Some(tls.build().map_err(|_| SmtpSetupError::BadCertificates)?)
            }
        };
        Ok(Self(Arc::new(Way {
            host: server.host,
            port: server.port,
            security: server.security,
            hello: ClientId::Domain(server.hello_name),
            tls,
            credentials: server.credentials,
            timeouts: server.timeouts,
            sender,
        })))
    }

    /// The conversation has a thread of its own, so that there is an end to waiting for it.
    fn deliver(&self, message: &Message) -> Sent {
        let [to] = message.envelope().to() else {
            return Sent::ours("an e-mail goes to exactly one person");
        };
        let (way, bytes, progress) = (Arc::clone(&self.0), message.formatted(), Progress::default());
        let handover = Handover {
            from: way.sender.address().clone(),
            to: to.clone(),
            timeouts: way.timeouts,
            progress: progress.clone(),
        };
        let whole = way.timeouts.whole;
        let (tell, told) = mpsc::channel();
        let conversation = thread::Builder::new().name("smtp".to_owned()).spawn(move || {
            let sent = match way.open(&handover) {
                Ok(connection) => handover.run(connection, &bytes),
                Err(sent) => sent,
            };
            // Nobody waits any more: what is known by then was said.
            drop(tell.send(sent));
        });
        if conversation.is_err() {
            return Sent::Retry {
                words: "no thread was free for the mail server".to_owned(),
                pause_channel: false,
            };
        }
        told.recv_timeout(whole).unwrap_or_else(|_| {
            if progress.give_up() {
                let words = "the mail server took too long, before the end of the message".to_owned();
                Sent::Retry { words, pause_channel: false }
            } else {
                Sent::Uncertain { words: "the mail server took too long, after the message".to_owned() }
            }
        })
    }
}

impl Way {
    /// A connection that is ready for MAIL: encrypted unless it never leaves this machine, and signed in.
    fn open(&self, handover: &Handover) -> Result<SmtpConnection, Sent> {
        let wait = Some(self.timeouts.connect);
        let connected = match self.security {
            SmtpSecurity::NoneForLoopbackOnly => {
                // Addresses, not the name: nothing outside this program decides where "localhost" is.
                let here: Vec<SocketAddr> =
                    loopback(&self.host).into_iter().map(|ip| SocketAddr::new(ip, self.port)).collect();
                SmtpConnection::connect(here.as_slice(), wait, &self.hello, None, None)
            }
            SmtpSecurity::Required => {
                SmtpConnection::connect((&*self.host, self.port), wait, &self.hello, None, None)
            }
            SmtpSecurity::Implicit => {
                SmtpConnection::connect((&*self.host, self.port), wait, &self.hello, self.tls.as_ref(), None)
            }
        };
        let in_tls = self.security == SmtpSecurity::Implicit;
        let mut connection =
            connected.map_err(|e| handover.retry("while connecting", &e, in_tls && broken_tls(&e)))?;
        if connection.set_timeout(Some(self.timeouts.command)).is_err() {
            return Err(handover.retry_plainly("the connection was lost while connecting"));
        }
        if let (SmtpSecurity::Required, Some(tls)) = (self.security, &self.tls) {
            if !connection.can_starttls() {
                return Err(Sent::Retry {
                    words: "the mail server offers no encryption (STARTTLS); nothing was sent".to_owned(),
                    pause_channel: true,
                });
            }
            handover.progress.go_on();
            connection
                .starttls(tls, &self.hello)
                .map_err(|e| handover.retry("at STARTTLS", &e, e.is_permanent() || broken_tls(&e)))?;
            // Words slipped in behind the answer to STARTTLS, in the clear, must not pass for the server's.
            if !in_step(&mut connection, self.timeouts.command) {
                return Err(handover
                    .retry_plainly("after STARTTLS the mail server said more than it was asked, or left"));
            }
        }
        if let Some(credentials) = &self.credentials {
            handover.progress.go_on();
            connection
                .auth(DEFAULT_MECHANISMS, credentials)
                .map_err(|e| handover.retry("while signing in", &e, e.is_permanent() || e.is_client()))?;
        }
        Ok(connection)
    }
}

impl Transport for SmtpTransport {
    fn send(&self, post: &PostRef, parcel: &Parcel<'_>) -> Sent {
        match parcel {
            Parcel::Notice(notice) => match message::compose(notice, &self.0.sender, post) {
                Ok(message) => self.deliver(&message),
                Err(problem) => Sent::ours(problem.to_string()),
            },
            Parcel::Digest(digest) => match message::compose_digest(digest, &self.0.sender, post) {
                Ok(message) => self.deliver(&message),
                Err(problem) => Sent::ours(problem.to_string()),
            },
            Parcel::Letter(_) => Sent::ours("a letter goes by post, not by e-mail"),
            Parcel::Text(_) => Sent::ours("a text message goes by another way, not by e-mail"),
        }
    }

    fn is_far(&self) -> bool {
        true
    }
}

/// The addresses `host` stands for if it is this machine by its own name; none otherwise.
fn loopback(host: &str) -> Vec<IpAddr> {
    let (four, six) = (IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST));
    match host {
        "127.0.0.1" => vec![four],
        "::1" => vec![six],
        "localhost" => vec![four, six],
        _ => vec![],
    }
}

#[cfg(test)]
mod tests {
    use super::super::{
        message::tests::{post, sample, sender},
        smtp_sink::{
            Event::{self, Close, Garbage, Reply, Say, Stall},
            SmtpSink,
            Stage::{self, AfterBody, Auth, Data, DuringBody, Ehlo, Greeting, Mail, Quit, Rcpt, StartTls},
        },
    };
    use super::{SmtpSecurity::*, *};
    use std::net::TcpListener;

    const ANN: &str = "ann.lee@home.example";

    fn server(port: u16, security: SmtpSecurity, wait: u64) -> SmtpServer {
        let wait = Duration::from_millis(wait);
        SmtpServer {
            host: "127.0.0.1".to_owned(),
            port,
            security,
            hello_name: "mail.hospital.example".to_owned(),
            credentials: None,
            extra_roots: None,
            timeouts: Timeouts { connect: wait, command: wait, reply: wait, whole: 10 * wait },
        }
    }

    /// Short patience where the server is to stall, long where it answers: a busy machine must not change an outcome.
    fn through(sink: &SmtpSink, security: SmtpSecurity, event: Event) -> SmtpTransport {
        let wait = if event == Stall { 200 } else { 20_000 };
        SmtpTransport::new(server(sink.port(), security, wait), sender()).unwrap()
    }

    fn outcome(security: SmtpSecurity, stage: Stage, event: Event, text: &str) -> (Sent, SmtpSink) {
        let sink = SmtpSink::start(&[(stage, event)]).unwrap();
        sink.set_extensions(&["STARTTLS", "AUTH PLAIN"]);
        let credentials = (stage == Auth).then(|| Credentials::new("clinic".to_owned(), "secret".to_owned()));
        let wait = if event == Stall { 200 } else { 20_000 };
        let server = SmtpServer { credentials, ..server(sink.port(), security, wait) };
        let transport = SmtpTransport::new(server, sender()).unwrap();
        (transport.deliver(&sample(ANN, text)), sink)
    }

    /// R retry, P retry and pause the channel, X refused, U uncertain, A accepted.
    fn letter(sent: &Sent) -> char {
        match sent {
            Sent::Accepted { .. } => 'A',
            Sent::Refused { .. } => 'X',
            Sent::Retry { pause_channel: false, .. } => 'R',
            Sent::Retry { pause_channel: true, .. } => 'P',
            Sent::Busy { .. } => 'B',
            Sent::Uncertain { .. } => 'U',
        }
    }

    #[test]
    fn every_failure_at_every_stage_has_one_outcome() {
        let events = [Reply(451), Reply(554), Reply(250), Close, Stall, Garbage];
        // One letter an event, in that order. A 250 where another answer belongs puts both sides out of step.
        for (security, stage, expected) in [
            (NoneForLoopbackOnly, Greeting, "RRARRR"),
            (NoneForLoopbackOnly, Ehlo, "RRARRR"),
            (Required, StartTls, "RPRRRR"),
            (NoneForLoopbackOnly, Auth, "RPARRR"),
            (NoneForLoopbackOnly, Mail, "RXARRR"),
            (NoneForLoopbackOnly, Rcpt, "RXARRR"),
            (NoneForLoopbackOnly, Data, "RXRRRR"),
            (NoneForLoopbackOnly, AfterBody, "RXAUUU"),
            (NoneForLoopbackOnly, Quit, "AAAAAA"),
        ] {
            for (event, expected) in events.into_iter().zip(expected.chars()) {
                let (sent, sink) = outcome(security, stage, event, "Hello");
                assert_eq!(letter(&sent), expected, "{stage:?} {event:?}: {sent:?}");
                assert_eq!(sink.accepted(), usize::from(expected == 'A'), "{stage:?} {event:?}");
                assert!(!format!("{sent:?}").contains('@'), "{sent:?}");
            }
        }
    }

    #[test]
    fn a_body_cut_before_its_end_was_surely_not_taken() {
        // Far more than the buffers between the two sides hold: the writer meets the failure before it reaches the dot.
        let text = "all work and no play\r\n".repeat(1 << 20);
        for event in [Close, Stall] {
            let (sent, sink) = outcome(NoneForLoopbackOnly, DuringBody, event, &text);
            assert_eq!(letter(&sent), 'R', "{event:?}: {sent:?}");
            assert!(sink.received().is_empty());
        }
    }

    #[test]
    fn a_short_body_cut_short_is_uncertain_because_its_dot_had_left() {
        let (sent, _) = outcome(NoneForLoopbackOnly, DuringBody, Stall, &"x\r\n".repeat(1024));
        assert_eq!(letter(&sent), 'U', "{sent:?}");
    }

    #[test]
    fn a_message_arrives_once_for_one_person_with_every_dot_where_it_was() {
        let text = ".\r\n..\r\n.hidden\r\n\r\n.\r\nMAIL FROM:<x@y.example>\r\nRCPT TO:<x@y.example>\r\nend.";
        let sink = SmtpSink::start(&[]).unwrap();
        let message = sample(ANN, text);
        let sent = through(&sink, NoneForLoopbackOnly, Close).deliver(&message);
        assert_eq!(sent, Sent::Accepted { provider_ref: "2.0.0 queued as SINK1".to_owned() });
        let [received] = sink.received().try_into().unwrap();
        assert_eq!(received.from, "MAIL FROM:<letters@hospital.example>");
        assert_eq!(received.to, [format!("RCPT TO:<{ANN}>")]);
        // The library ends every message with a line end more.
        assert_eq!(received.bytes, [message.formatted().as_slice(), b"\r\n"].concat());
        let body = format!("\r\n\r\n{text}\r\n\r\n");
        assert!(received.bytes.ends_with(body.as_bytes()));
        let mails = sink.commands().iter().filter(|line| line.starts_with("MAIL")).count();
        assert_eq!(mails, 1);
    }

    #[test]
    fn a_yes_said_before_the_message_is_not_a_yes() {
        for said in ["354 go on\r\n250 2.0.0 taken\r\n", "354 go on\r\n354 go on\r\n"] {
            let (sent, sink) = outcome(NoneForLoopbackOnly, Data, Say(said), "Hello");
            assert_eq!(letter(&sent), 'R', "{sent:?}");
            assert!(sink.received().is_empty());
        }
    }

    #[test]
    fn greylisting_is_a_retry_that_works_later() {
        let sink = SmtpSink::start(&[(Rcpt, Reply(450))]).unwrap();
        let transport = through(&sink, NoneForLoopbackOnly, Close);
        assert_eq!(letter(&transport.deliver(&sample(ANN, "Hello"))), 'R');
        sink.set_script(&[]);
        assert_eq!(letter(&transport.deliver(&sample(ANN, "Hello"))), 'A');
        assert_eq!(sink.accepted(), 1);
    }

    #[test]
    fn a_refusal_that_repeats_the_address_is_kept_without_it() {
        let (sent, _) = outcome(
            NoneForLoopbackOnly,
            Rcpt,
            Say("550-5.1.1 <Ann.Lee@home.example>\r\n550 unknown\r\n"),
            "",
        );
        let words = "at RCPT: permanent error (550): 5.1.1 [address] unknown".to_owned();
        assert_eq!(sent, Sent::Refused { code: 550, words });
    }

    #[test]
    fn a_server_that_wants_a_sign_in_stops_the_channel_and_not_the_address() {
        let (sent, _) = outcome(NoneForLoopbackOnly, Mail, Reply(530), "Hello");
        assert_eq!(letter(&sent), 'P');
    }

    #[test]
    fn without_encryption_nothing_is_sent() {
        let sink = SmtpSink::start(&[]).unwrap();
        let stripped = through(&sink, Required, Close).deliver(&sample(ANN, "Hello"));
        assert_eq!(letter(&stripped), 'P', "{stripped:?}");
        sink.set_extensions(&["STARTTLS"]);
        sink.set_script(&[(StartTls, Say("220 go on\r\nthis is no TLS at all\r\n"))]);
        let broken = through(&sink, Required, Close).deliver(&sample(ANN, "Hello"));
        assert_eq!(letter(&broken), 'R', "{broken:?}");
        let plain = through(&sink, Implicit, Close).deliver(&sample(ANN, "Hello"));
        assert_eq!(letter(&plain), 'P', "{plain:?}");
        assert!(!sink.commands().iter().any(|line| line.starts_with("MAIL")));
    }

    #[test]
    fn a_server_that_is_not_there_is_a_retry() {
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let transport = SmtpTransport::new(server(free, NoneForLoopbackOnly, 20_000), sender()).unwrap();
        assert_eq!(letter(&transport.deliver(&sample(ANN, "Hello"))), 'R');
    }

    #[test]
    fn a_notice_goes_by_e_mail_and_a_refused_message_id_says_so() {
        use kinward_family::{language::Language, notice::Notice, person::EmailAddress, service};
        let card = service::ServiceCard::parse(service::ServiceParts {
            welsh: None,
            name: "Example Genomic Medicine Service".to_owned(),
            sender_name: "Example Hospital".to_owned(),
            address_lines: vec!["1 Hospital Road".to_owned(), "Exampleton".to_owned(), "EX1 1AA".to_owned()],
            phone: "0300 123 4567".to_owned(),
            hours: "Monday to Friday, 9am to 5pm".to_owned(),
            email: "letters@hospital.example".to_owned(),
            web: "https://www.hospital.example".to_owned(),
            portal_address: "https://letters.hospital.example".to_owned(),
        });
        let ann = EmailAddress::parse(ANN).unwrap();
        let notice = Notice::letter_waits(ann, &card.unwrap(), Language::English).unwrap();
        let sink = SmtpSink::start(&[]).unwrap();
        let transport = through(&sink, NoneForLoopbackOnly, Close);
        assert_eq!(letter(&transport.send(&post(), &Parcel::Notice(&notice))), 'A');
        let [received] = sink.received().try_into().unwrap();
        assert_eq!(received.to, [format!("RCPT TO:<{ANN}>")]);
        assert!(!String::from_utf8(received.bytes).unwrap().to_lowercase().contains("genom"));
        let bad = PostRef { message_id: "none".to_owned(), ..post() };
        assert_eq!(letter(&transport.send(&bad, &Parcel::Notice(&notice))), 'X');
        assert_eq!(sink.accepted(), 1);
    }

    #[test]
    fn plain_text_never_leaves_this_machine() {
        for host in
            ["192.0.2.1", "mail.hospital.example", "127.0.0.1.evil.example", "0.0.0.0", "::", "localhost."]
        {
            let remote = SmtpServer { host: host.to_owned(), ..server(25, NoneForLoopbackOnly, 200) };
            let refused = SmtpTransport::new(remote, sender()).unwrap_err();
            assert_eq!(refused, SmtpSetupError::PlainBeyondThisMachine, "{host}");
        }
        let injected = SmtpServer { hello_name: "a\r\nMAIL FROM:<>".to_owned(), ..server(25, Required, 200) };
        assert_eq!(SmtpTransport::new(injected, sender()).unwrap_err(), SmtpSetupError::BadHelloName);
    }
}
