//! The messages of the chat, in a file.
//!
//! This is an example of your own [`ReplayStore`]. A store that several servers share would query a
//! database and wait for its notifications.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use dmr::EventError;
use dmr::client::json_lines;
use dmr::stream::{Kept, Numbered, ReplayStore};
use tokio::sync::watch;

use crate::messages::Message;

/// The greatest number of messages in a batch.
const BATCH: usize = 100;

/// All messages. The id of a message is its line in the file, so ids survive a restart.
pub(crate) struct History {
    log: Mutex<Log>,
    newest: watch::Sender<u64>,
}

struct Log {
    messages: Vec<Arc<Message>>,
    file: File,
}

impl History {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(path)?;
        let messages = json_lines::from_reader(BufReader::new(&file));
        let messages: Result<Vec<Arc<Message>>, _> = messages.collect();
        let messages = messages.map_err(io::Error::other)?;
        Ok(Self {
            newest: watch::Sender::new(messages.len() as u64),
            log: Mutex::new(Log { messages, file }),
        })
    }
}

impl ReplayStore<Message> for History {
    async fn append(&self, message: Message) -> Result<u64, EventError> {
        let mut line = serde_json::to_vec(&message)?;
        line.push(b'\n');
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.file.write_all(&line)?;
        log.messages.push(Arc::new(message));
        let id = log.messages.len() as u64;
        self.newest.send_replace(id);
        Ok(id)
    }

    async fn after(&self, id: Option<u64>) -> Result<Kept<Message>, EventError> {
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        let known = log.messages.len() as u64;
        // An unknown id belongs to another file.
        let missed = id.is_some_and(|id| id > known);
        let seen = id.filter(|_| !missed).unwrap_or(0);
        let messages = (seen + 1..).zip(log.messages.iter().skip(usize::try_from(seen)?));
        let events = messages.take(BATCH).map(|(id, message)| Numbered {
            id,
            event: Arc::clone(message),
        });
        Ok(Kept {
            missed,
            events: events.collect(),
        })
    }

    async fn newest(&self) -> Result<Option<u64>, EventError> {
        Ok(Some(*self.newest.borrow()))
    }

    async fn changed(&self, id: Option<u64>) -> Result<(), EventError> {
        let seen = id.unwrap_or(0);
        let mut newest = self.newest.subscribe();
        newest.wait_for(|newest| *newest > seen).await?;
        Ok(())
    }
}
