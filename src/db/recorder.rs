//! Listens to every statement that runs, so that a test can say which tables a request touched and how often it asked, and a
//! benchmark how much of a page is the database's. Must not know: any table; it hears texts, never bound values.

use diesel::connection::{Instrumentation, InstrumentationEvent};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// What was heard since the last `take`. Statement texts only: bound values are never kept.
#[derive(Clone, Default, Debug)]
pub struct Recorder(Arc<Mutex<Option<Heard>>>);

#[derive(Default, Debug)]
struct Heard {
    statements: Vec<String>,
    began: Option<Instant>,
    spent: Duration,
}

impl Recorder {
    /// Starts to listen afresh.
    pub fn start(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Heard::default());
    }

    /// Stops and hands over what was heard.
    pub fn take(&self) -> Vec<String> {
        self.take_timed().0
    }

    /// As `take`, with the time for which the database was waited for. Of requests that follow one another.
    pub fn take_timed(&self) -> (Vec<String>, Duration) {
        let heard = self.0.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default();
        (heard.statements, heard.spent)
    }
}

impl Instrumentation for Recorder {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        let mut listening = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(heard) = listening.as_mut() else { return };
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let shown = query.to_string();
            // The text ends where diesel begins to list the bound values, which may be personal.
            heard.statements.push(shown.split(" -- binds").next().unwrap_or_default().to_owned());
            heard.began = Some(Instant::now());
        } else if let InstrumentationEvent::FinishQuery { .. } = event
            && let Some(began) = heard.began.take()
        {
            heard.spent += began.elapsed();
        }
    }
}
