//! Comma-separated values.

use std::cell::RefCell;
use std::fmt;
use std::io;
use std::rc::Rc;

use csv::{Writer, WriterBuilder};
use serde::Serialize;

use super::Format;
use crate::serializer::{SerializeError, Serializer};

/// Comma-separated values (RFC 4180) with a header line: for events that are flat structs or
/// sequences of scalars. A table has no room for nested structs, nor for an error in place of an
/// event: both abort the stream.
pub struct Csv {
    writer: Writer<SharedBuffer>,
    written: SharedBuffer,
}

/// The output of the writer. The writer itself does not give it out.
#[derive(Clone, Default)]
struct SharedBuffer(Rc<RefCell<Vec<u8>>>);

impl io::Write for SharedBuffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Default for Csv {
    fn default() -> Self {
        let written = SharedBuffer::default();
        let mut builder = WriterBuilder::new();
        builder.terminator(csv::Terminator::CRLF);
        Self {
            writer: builder.buffer_capacity(512).from_writer(written.clone()),
            written,
        }
    }
}

impl fmt::Debug for Csv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Csv").finish_non_exhaustive()
    }
}

impl Format for Csv {
    const MEDIA_TYPE: &'static str = "text/csv";
    const NAME: &'static str = "csv";

    fn frame<S: Serializer, T: Serialize + ?Sized>(
        &mut self,
        event: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        self.writer.serialize(event).map_err(SerializeError::new)?;
        self.writer.flush().map_err(SerializeError::new)?;
        out.append(&mut self.written.0.borrow_mut());
        Ok(())
    }

    fn error<S: Serializer, T: Serialize + ?Sized>(
        &mut self,
        _: &T,
        _: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        Err(SerializeError::new("CSV has no room for an error"))
    }
}
