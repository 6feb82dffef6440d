//! The storage of uploaded files while the request lasts: memory for short files, else a temporary
//! file.

use std::io;

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use futures_util::stream;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};

/// The number of bytes that are kept in memory.
const IN_MEMORY: usize = 64 * 1024;
/// The number of bytes that are read at once.
const PIECE: usize = 64 * 1024;

/// A file that is being received. The temporary file has no name, so nothing of it can be left
/// behind.
#[derive(Debug, Default)]
pub(crate) struct Spool {
    buffer: BytesMut,
    file: Option<File>,
    length: u64,
}

impl Spool {
    pub(crate) async fn write(&mut self, piece: Bytes) -> io::Result<()> {
        self.length += piece.len() as u64;
        self.buffer.extend_from_slice(&piece);
        if self.buffer.len() >= IN_MEMORY {
            self.flush().await?;
        }
        Ok(())
    }

    async fn flush(&mut self) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            None => {
                let file = tokio::task::spawn_blocking(tempfile::tempfile).await??;
                self.file.insert(File::from_std(file))
            }
        };
        file.write_all(&self.buffer).await?;
        self.buffer.clear();
        Ok(())
    }

    pub(crate) fn len(&self) -> u64 {
        self.length
    }

    pub(crate) async fn finish(mut self) -> io::Result<Spooled> {
        if self.file.is_some() {
            self.flush().await?;
        }
        match self.file {
            None => Ok(Spooled::Memory(self.buffer.freeze())),
            Some(mut file) => {
                file.flush().await?;
                file.rewind().await?;
                Ok(Spooled::Disk(file))
            }
        }
    }
}

/// A file that has been received.
#[derive(Debug)]
pub(crate) enum Spooled {
    Memory(Bytes),
    Disk(File),
}

impl Spooled {
    /// The content, piece by piece.
    pub(crate) fn into_stream(self) -> impl Stream<Item = io::Result<Bytes>> {
        stream::try_unfold(self, async |spooled| match spooled {
            Self::Memory(bytes) if bytes.is_empty() => Ok(None),
            Self::Memory(bytes) => Ok(Some((bytes, Self::Memory(Bytes::new())))),
            Self::Disk(mut file) => {
                let mut piece = BytesMut::with_capacity(PIECE);
                let read = file.read_buf(&mut piece).await?;
                Ok((read > 0).then(|| (piece.freeze(), Self::Disk(file))))
            }
        })
    }
}
