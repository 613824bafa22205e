//! Listens to every statement that runs, so that a test can say which tables a request touched and how often it asked.
//! Must not know: any table; it hears texts, never bound values.

use diesel::connection::{Instrumentation, InstrumentationEvent};
use std::sync::{Arc, Mutex};

/// What was heard since the last `take`. Statement texts only: bound values are never kept.
#[derive(Clone, Default, Debug)]
pub struct Recorder(Arc<Mutex<Option<Vec<String>>>>);

impl Recorder {
    /// Starts to listen afresh.
    pub fn start(&self) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(Vec::new());
    }

    /// Stops and hands over what was heard.
    pub fn take(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take().unwrap_or_default()
    }
}

impl Instrumentation for Recorder {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event
            && let Some(heard) = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).as_mut()
        {
            let shown = query.to_string();
            // The text ends where diesel begins to list the bound values, which may be personal.
            heard.push(shown.split(" -- binds").next().unwrap_or_default().to_owned());
        }
    }
}
