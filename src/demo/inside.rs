//! The application without a network: requests are handed to it in this process, on a thread of its own.
//! Must not know: what is asked. No socket and no server stand between, so an answer holds nothing of this machine's clock.

use super::browser::Seen;
use crate::{
    access::House,
    app,
    config::Wing,
    error::{Error, Result},
};
use actix_web::{
    HttpResponse,
    body::{MessageBody, to_bytes},
    http::Method,
    test,
};
use std::{
    sync::{Arc, mpsc},
    thread::JoinHandle,
};

/// A request, whole.
pub(super) struct Asked {
    pub method: String,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

type Question = (Asked, mpsc::Sender<Result<Seen>>);

/// One process' application, reached by hand-over. Its thread ends when the last browser lets go of it.
pub struct Inside {
    questions: Option<mpsc::Sender<Question>>,
    thread: Option<JoinHandle<()>>,
}

impl Inside {
    pub fn open(house: Arc<House>, wing: Wing) -> Arc<Self> {
        let (questions, asked) = mpsc::channel::<Question>();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let app = test::init_service(app::build(house, wing)).await;
                while let Ok((asked, tell)) = asked.recv() {
                    let answer = match request(asked) {
                        Ok(request) => match test::try_call_service(&app, request.to_request()).await {
                            Ok(response) => seen(response.into_parts().1).await,
                            // An error that no guard dressed is answered as the server would answer it.
                            Err(problem) => seen(problem.error_response()).await,
                        },
                        Err(problem) => Err(problem),
                    };
                    let _ = tell.send(answer);
                }
            });
        });
        Arc::new(Self { questions: Some(questions), thread: Some(thread) })
    }

    pub(super) fn ask(&self, asked: Asked) -> Result<Seen> {
        let gone = || Error::inner("the application inside this process has ended");
        let (tell, told) = mpsc::channel();
        self.questions.as_ref().ok_or_else(gone)?.send((asked, tell)).map_err(|_| gone())?;
        told.recv().map_err(|_| gone())?
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        self.questions = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn request(asked: Asked) -> Result<test::TestRequest> {
    let method = Method::from_bytes(asked.method.as_bytes()).map_err(Error::inner)?;
    let mut request = test::TestRequest::default().method(method).uri(&asked.path).set_payload(asked.body);
    for (name, value) in asked.headers {
        request = request.append_header((name, value));
    }
    Ok(request)
}

async fn seen<B: MessageBody>(response: HttpResponse<B>) -> Result<Seen> {
    let status = response.status().as_u16();
    let headers: Vec<(String, String)> = response
        .headers()
        .iter()
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect();
    let body = to_bytes(response.into_body())
        .await
        .map_err(|_| Error::inner("an answer broke off inside this process"))?
        .to_vec();
    Ok(Seen::new(status, headers, body))
}
