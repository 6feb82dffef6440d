//! Files as responses.

use std::borrow::Cow;
use std::fmt;
use std::io;
use std::path::Path;
use std::pin::Pin;

use bytes::Bytes;
use futures_core::Stream;
use futures_util::StreamExt;
use http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, HeaderValue};
use http::{HeaderMap, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::io::AsyncReadExt;

use super::{BodyContent, Response};

/// A response of unchanged bytes, such as a file. It is sent piece by piece and never loaded as a
/// whole.
///
/// The endpoint declares it with [`ResponseSpec::file`](crate::ResponseSpec::file).
///
/// ```
/// use dmr_core::{FileResponse, Response};
///
/// async fn get() -> Response {
///     FileResponse::new("text/plain", "Hello").attachment("receipt.txt").into()
/// }
/// ```
#[must_use = "the endpoint has to return it"]
pub struct FileResponse {
    pub(crate) media_type: Cow<'static, str>,
    pub(crate) length: u64,
    pub(crate) content: FileContent,
    attachment: Option<String>,
}

/// The bytes of a file, piece by piece.
pub(crate) type FileContent = Pin<Box<dyn Stream<Item = io::Result<Bytes>>>>;

/// The number of bytes that are read at once.
const PIECE: usize = 64 * 1024;

impl FileResponse {
    /// A response of bytes in memory.
    pub fn new(media_type: impl Into<Cow<'static, str>>, bytes: impl Into<Bytes>) -> Self {
        let bytes: Bytes = bytes.into();
        let length = bytes.len() as u64;
        let whole = futures_util::stream::iter([Ok(bytes)]);
        Self::stream(media_type, length, whole)
    }

    /// A response of a file on disk, which is read while it is sent.
    ///
    /// # Errors
    ///
    /// The file cannot be opened.
    pub async fn open(
        media_type: impl Into<Cow<'static, str>>,
        path: impl AsRef<Path>,
    ) -> io::Result<Self> {
        let file = tokio::fs::File::open(path).await?;
        let length = file.metadata().await?.len();
        let pieces = futures_util::stream::try_unfold(file.take(length), async |mut file| {
            let mut piece = bytes::BytesMut::with_capacity(PIECE);
            let read = file.read_buf(&mut piece).await?;
            Ok((read > 0).then(|| (piece.freeze(), file)))
        });
        Ok(Self::stream(media_type, length, pieces))
    }

    /// A response of the pieces of a stream, `length` bytes in total. A stream that ends early or
    /// fails aborts the connection; surplus bytes are dropped.
    pub fn stream(
        media_type: impl Into<Cow<'static, str>>,
        length: u64,
        pieces: impl Stream<Item = io::Result<Bytes>> + 'static,
    ) -> Self {
        Self {
            media_type: media_type.into(),
            length,
            content: pieces.boxed_local(),
            attachment: None,
        }
    }

    /// Asks browsers to save the file under this name (RFC 6266).
    pub fn attachment(mut self, name: impl Into<String>) -> Self {
        self.attachment = Some(name.into());
        self
    }

    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_LENGTH, self.length.into());
        if let Some(name) = &self.attachment
            && let Ok(value) = HeaderValue::try_from(disposition(name))
        {
            headers.insert(CONTENT_DISPOSITION, value);
        }
        headers
    }
}

/// The characters that RFC 8187 does not encode.
const ATTR_CHAR: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// The value of `Content-Disposition`. Only a plain name is sent unencoded.
fn disposition(name: &str) -> String {
    let plain =
        |character: char| matches!(character, ' '..='~') && !matches!(character, '"' | '\\' | '%');
    let fallback: String = name
        .chars()
        .map(|character| if plain(character) { character } else { '_' })
        .collect();
    if fallback == name {
        format!("attachment; filename=\"{name}\"")
    } else {
        let encoded = utf8_percent_encode(name, ATTR_CHAR);
        format!("attachment; filename=\"{fallback}\"; filename*=UTF-8''{encoded}")
    }
}

impl From<FileResponse> for Response {
    /// Makes a response with the status 200.
    fn from(file: FileResponse) -> Self {
        let headers = file.headers();
        let mut response = Self::of(BodyContent::File(file)).status(StatusCode::OK);
        response.head.headers = headers;
        response
    }
}

impl fmt::Debug for FileResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileResponse")
            .field("media_type", &self.media_type)
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn a_name_cannot_leave_its_quotes() {
        assert_eq!(
            disposition("receipt.txt"),
            r#"attachment; filename="receipt.txt""#
        );
        assert_eq!(
            disposition("a\"; b=\"\r\nX: é"),
            "attachment; filename=\"a_; b=___X: _\"; filename*=UTF-8''a%22%3B%20b%3D%22%0D%0AX%3A%20%C3%A9"
        );
    }
}
