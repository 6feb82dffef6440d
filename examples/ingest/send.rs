//! The client: sends a file and shows the progress of the server.

use std::error::Error;
use std::io::Write;
use std::path::PathBuf;

use awc::Client;
use bytes::Bytes;
use clap::Args;
use dmr::client::{JsonLinesReader, json_lines};
use futures_util::{Stream, StreamExt, stream};

use crate::readings::{Progress, Reading};

/// Sends readings to a server.
#[derive(Args)]
pub(crate) struct Send {
    /// The file of JSON Lines to send. By default, readings are made up.
    #[arg(long)]
    file: Option<PathBuf>,
    /// The number of readings that are made up.
    #[arg(long, default_value_t = 1_000_000)]
    lines: u64,
}

/// The number of lines in a piece.
const PIECE: u64 = 1000;

/// The width of the bar, in characters.
const WIDTH: u64 = 40;

impl Send {
    pub(crate) async fn run(self, port: u16) -> Result<(), Box<dyn Error>> {
        let (body, total) = match &self.file {
            Some(path) => (file(path).await?.boxed_local(), None),
            None => (made_up(self.lines).boxed_local(), Some(self.lines)),
        };
        let url = format!("http://127.0.0.1:{port}/api/readings/");
        let request = Client::builder().disable_timeout().finish().post(url);
        let request = request.content_type("application/jsonl");
        let response = request
            .send_stream(body)
            .await
            .map_err(|error| error.to_string())?;
        if !response.status().is_success() {
            return Err(format!("the server answers {}", response.status()).into());
        }
        let bytes = response.map(|piece| piece.map_err(|error| error.to_string()));
        let mut progress = JsonLinesReader::<Progress, _>::new(bytes);
        while let Some(progress) = progress.next().await {
            show(&progress?, total)?;
        }
        Ok(())
    }
}

fn show(progress: &Progress, total: Option<u64>) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let Progress {
        stored, rejected, ..
    } = progress;
    match total {
        Some(total) => {
            let filled = (stored + rejected) * WIDTH / total.max(1);
            let (done, left) = (
                "#".repeat(filled as usize),
                ".".repeat((WIDTH - filled.min(WIDTH)) as usize),
            );
            write!(out, "\r[{done}{left}] {stored} of {total} stored")?;
        }
        None => write!(out, "\r{stored} stored")?,
    }
    if progress.done {
        writeln!(out, ", {rejected} rejected")?;
        for error in &progress.errors {
            writeln!(out, "{error}")?;
        }
    }
    out.flush()
}

/// The pieces of a file.
async fn file(
    path: &PathBuf,
) -> std::io::Result<impl Stream<Item = std::io::Result<Bytes>> + use<>> {
    let file = tokio::fs::File::open(path).await?;
    Ok(tokio_util::io::ReaderStream::with_capacity(file, 64 * 1024))
}

/// Readings of a hundred stations, a thousand in each piece.
fn made_up(lines: u64) -> impl Stream<Item = std::io::Result<Bytes>> {
    let pieces = (0..lines.div_ceil(PIECE)).map(move |piece| {
        let numbers = piece * PIECE..lines.min((piece + 1) * PIECE);
        let readings = numbers.map(|number| Reading {
            station: format!("station {}", number % 100),
            time: 1_790_000_000 + i64::try_from(number).unwrap_or_default(),
            celsius: f64::from(u32::try_from(number % 600).unwrap_or_default()) / 10.0 - 20.0,
        });
        let lines = json_lines::to_vec(readings).map_err(std::io::Error::other)?;
        Ok(Bytes::from(lines))
    });
    stream::iter(pieces)
}
