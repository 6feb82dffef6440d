//! Reads and writes whole documents of JSON Lines.
//!
//! ```
//! use dmr_client::json_lines;
//!
//! let text = json_lines::to_string([1, 2, 3]).unwrap();
//! assert_eq!(text, "1\n2\n3\n");
//! assert_eq!(json_lines::from_str::<u8>(&text).unwrap(), [1, 2, 3]);
//! ```

use std::io::{BufRead, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ReadError;

/// Writes items, each on its own line.
///
/// # Errors
///
/// An item cannot be written as JSON.
pub fn to_string<T: Serialize>(
    items: impl IntoIterator<Item = T>,
) -> Result<String, serde_json::Error> {
    let bytes = to_vec(items)?;
    String::from_utf8(bytes).map_err(|_| serde::ser::Error::custom("JSON is UTF-8"))
}

/// Writes items, each on its own line.
///
/// # Errors
///
/// An item cannot be written as JSON.
pub fn to_vec<T: Serialize>(
    items: impl IntoIterator<Item = T>,
) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = Vec::new();
    to_writer(&mut bytes, items)?;
    Ok(bytes)
}

/// Writes items one by one, each on its own line.
///
/// # Errors
///
/// An item cannot be written as JSON, or the writer fails.
pub fn to_writer<T: Serialize>(
    mut writer: impl Write,
    items: impl IntoIterator<Item = T>,
) -> Result<(), serde_json::Error> {
    for item in items {
        serde_json::to_writer(&mut writer, &item)?;
        writer.write_all(b"\n").map_err(serde_json::Error::io)?;
    }
    Ok(())
}

/// Reads all items.
///
/// # Errors
///
/// A line is not a `T`. The first such line is returned.
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<Vec<T>, ReadError> {
    from_slice(text.as_bytes())
}

/// Reads all items.
///
/// # Errors
///
/// A line is not a `T`. The first such line is returned.
pub fn from_slice<T: DeserializeOwned>(bytes: &[u8]) -> Result<Vec<T>, ReadError> {
    from_reader(bytes).collect()
}

/// Reads items lazily, one by one. Blank lines are skipped.
pub fn from_reader<T: DeserializeOwned>(
    reader: impl BufRead,
) -> impl Iterator<Item = Result<T, ReadError>> {
    let lines = (1..).zip(reader.split(b'\n'));
    lines.filter_map(|(number, line)| match line {
        Ok(line) if line.trim_ascii().is_empty() => None,
        Ok(line) => {
            Some(serde_json::from_slice(&line).map_err(|source| ReadError::Item { number, source }))
        }
        Err(error) => Some(Err(ReadError::transport(error))),
    })
}
