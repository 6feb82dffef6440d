//! Streams the lines of a file of any length. Each line is checked against a schema.

use std::io;
use std::path::Path;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use dmr::{
    Controller, Error, ErrorModel, EventError, EventReply, Headers, JsonLines, Query, ResponseSpec,
    StatusCode, controller,
};
use futures_util::StreamExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio_util::codec::{FramedRead, LinesCodec, LinesCodecError};

/// The greatest length of a line, in bytes.
const MAX_LINE: usize = 64 * 1024;

#[derive(Deserialize, JsonSchema)]
struct File {
    /// The path of a JSON Lines file, below the data directory.
    path: String,
}

#[derive(Deserialize, JsonSchema)]
struct Resume {
    /// The number of the last line that the client has, from 1.
    #[serde(rename = "Last-Event-ID", default)]
    last_event_id: Option<usize>,
}

/// A line of a file.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Event {
    #[schemars(range(min = 1))]
    id: u64,
    #[schemars(length(min = 1, max = 64))]
    kind: String,
    #[schemars(email)]
    email: String,
}

#[derive(Debug, thiserror::Error)]
#[error("line {line}: {source}")]
struct BadLine {
    line: usize,
    source: serde_json::Error,
}

fn event(number: usize, line: Result<String, LinesCodecError>) -> Result<Event, EventError> {
    let event = serde_json::from_str(&line?);
    Ok(event.map_err(|source| BadLine {
        line: number,
        source,
    })?)
}

pub(crate) struct FileLines {
    directory: Dir,
}

impl FileLines {
    /// Serves only the files below a directory: paths and links that lead out of it are refused.
    pub(crate) fn below(directory: &Path) -> io::Result<Self> {
        let directory = Dir::open_ambient_dir(directory, ambient_authority())?;
        Ok(Self { directory })
    }

    fn open(&self, path: &str) -> Result<tokio::fs::File, Error> {
        let not_found = |text| Error::new(StatusCode::NOT_FOUND, ErrorModel::msg(text));
        let file = self
            .directory
            .open(path)
            .map_err(|_| not_found("no such file"))?;
        match file.metadata() {
            Ok(metadata) if metadata.is_file() => Ok(tokio::fs::File::from_std(file.into_std())),
            _ => Err(not_found("not a file")),
        }
    }
}

#[controller(tags = ["files"])]
impl Controller for FileLines {
    /// Stream the lines of a file.
    ///
    /// With `Last-Event-ID`, the lines after that one.
    #[modify(responses = [ResponseSpec::new::<ErrorModel>(StatusCode::NOT_FOUND)])]
    async fn get(
        &self,
        file: Query<File>,
        resume: Headers<Resume>,
    ) -> Result<JsonLines<'_, Event>, Error> {
        let codec = LinesCodec::new_with_max_length(MAX_LINE);
        let lines = FramedRead::new(self.open(&file.path)?, codec);
        let after = lines.enumerate().skip(resume.last_event_id.unwrap_or(0));
        Ok(JsonLines::fallible(
            after.map(|(index, line)| event(index + 1, line)),
        ))
    }

    async fn handle_event_error(&self, error: EventError) -> Result<EventReply, EventError> {
        let bad: BadLine = error.downcast()?;
        Ok(EventReply::event(ErrorModel::msg(bad)))
    }
}
