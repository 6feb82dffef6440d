//! `multipart/form-data` (RFC 7578). A form is read once, and its files are spooled to disk.

use std::cell::Cell;
use std::rc::Rc;
use std::task::{Poll, ready};

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use mediatype::names::CHARSET;
use mediatype::{MediaType, ReadParams};
use multer::{Field, Multipart};
use send_wrapper::SendWrapper;

use super::Limits;
use super::temporary_file::{Spool, Spooled};
use super::{Request, RequestBody, RequestBodyError};
use crate::error::Error;
use crate::text::Pairs;

/// The parts of a form.
#[derive(Debug, Default)]
pub(crate) struct MultipartForm {
    fields: Vec<(String, String)>,
    pub(crate) files: Vec<FilePart>,
}

/// A part with a file.
#[derive(Debug)]
pub(crate) struct FilePart {
    pub(crate) field: String,
    pub(crate) name: String,
    pub(crate) content_type: Option<String>,
    pub(crate) charset: Option<String>,
    /// The parameters of the content type, except `charset`.
    pub(crate) parameters: Vec<(String, String)>,
    /// `None` once the content has been taken.
    pub(crate) content: Option<Spooled>,
    pub(crate) size: u64,
}

impl MultipartForm {
    /// The parts without files.
    pub(crate) fn pairs(&self) -> Pairs<'_> {
        let mut pairs = Pairs::with_capacity(self.fields.len());
        for (name, value) in &self.fields {
            pairs.push(name.as_str().into(), value.as_str().into());
        }
        pairs
    }
}

/// The greatest number of bytes before the content of a part, beyond one read of the server.
const MAX_PART_HEAD: u64 = 16 * 1024;

/// Reads the form of a request. A second call returns the same form.
pub(crate) async fn read_form<'r>(
    request: &'r mut Request,
    limits: &Limits,
) -> Result<&'r mut MultipartForm, Error> {
    if request.multipart().is_none() {
        // The future is boxed: it is large, and most requests are not forms.
        let form = Box::pin(read_whole_form(request, limits)).await?;
        *request.multipart() = Some(form);
    }
    Ok(request.multipart().get_or_insert_default())
}

async fn read_whole_form(request: &mut Request, limits: &Limits) -> Result<MultipartForm, Error> {
    let header = request.header_str("content-type").unwrap_or_default();
    let boundary = multer::parse_boundary(header).map_err(Error::unreadable)?;
    let body = request.take_body(limits.max_upload_size)?;
    let state = Rc::new(State::default());
    let body = body.unwrap_or_else(|| stream::empty().boxed_local());
    let bytes = SendWrapper::new(Box::pin(counted(
        body,
        limits.max_upload_size,
        Rc::clone(&state),
    )));
    let parts = Multipart::new(bytes, boundary);
    read_parts(parts, limits, &state)
        .await
        .map_err(|error| match error {
            PartError::Ours(error) => error,
            PartError::Broken(_) if state.too_large.get() => {
                Error::content_too_large(limits.max_upload_size)
            }
            PartError::Broken(error) => Error::unreadable(describe(&error)),
        })
}

/// The state of a body that is being read.
#[derive(Debug, Default)]
struct State {
    total: Cell<u64>,
    /// The bytes that were read since a part last yielded anything.
    unused: Cell<u64>,
    too_large: Cell<bool>,
}

/// The body, up to the limits, with a pause after each piece.
///
/// multer reads its stream until the stream is pending, and only then parses its buffer. A body
/// that is always ready would fill that buffer with a whole upload, up to `max_upload_size`, before
/// the first byte is spooled to disk. So the stream is pending once after each piece. multer then
/// parses that piece and hands it to the reader of the part. The stream wakes its own task, since
/// nothing else will.
///
/// `State::unused` depends on the pauses too. If several pieces of a file were read at once, they
/// would all count as unused, and look like the endless headers of a part.
fn counted(
    mut body: RequestBody,
    limit: u64,
    state: Rc<State>,
) -> impl Stream<Item = Result<Bytes, RequestBodyError>> {
    let mut rests = false;
    stream::poll_fn(move |cx| {
        if std::mem::take(&mut rests) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let Some(piece) = ready!(body.poll_next_unpin(cx)) else {
            return Poll::Ready(None);
        };
        rests = true;
        Poll::Ready(Some(piece.and_then(|piece| state.count(piece, limit))))
    })
}

impl State {
    fn count(&self, piece: Bytes, limit: u64) -> Result<Bytes, RequestBodyError> {
        let length = piece.len() as u64;
        self.total.set(self.total.get() + length);
        if self.total.get() > limit {
            self.too_large.set(true);
            return Err(RequestBodyError::new("the body is too large"));
        }
        if self.unused.get() > MAX_PART_HEAD {
            return Err(RequestBodyError::new("the headers of a part are too large"));
        }
        self.unused.set(self.unused.get() + length);
        Ok(piece)
    }
}

enum PartError {
    Ours(Error),
    Broken(multer::Error),
}

impl From<multer::Error> for PartError {
    fn from(error: multer::Error) -> Self {
        Self::Broken(error)
    }
}

impl From<Error> for PartError {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

async fn read_parts(
    mut parts: Multipart<'_>,
    limits: &Limits,
    state: &State,
) -> Result<MultipartForm, PartError> {
    let mut form = MultipartForm::default();
    let mut text_bytes = 0;
    while let Some(part) = parts.next_field().await? {
        state.unused.set(0);
        let Some(name) = part.name().map(str::to_owned) else {
            return Err(Error::unreadable("A part of the form has no name").into());
        };
        match part.file_name() {
            // An empty file input of a form.
            Some("") => drop(part),
            Some(file_name) => {
                if form.files.len() == limits.max_files {
                    return Err(Error::too_many(limits.max_files, "files").into());
                }
                let file_name = base_name(file_name).to_owned();
                form.files
                    .push(read_file(part, name, file_name, state).await?);
            }
            None => {
                if form.fields.len() == limits.max_form_fields {
                    return Err(Error::too_many(limits.max_form_fields, "form fields").into());
                }
                let value = read_text(part, &name, limits, &mut text_bytes, state).await?;
                form.fields.push((name, value));
            }
        }
    }
    Ok(form)
}

async fn read_text(
    mut part: Field<'_>,
    name: &str,
    limits: &Limits,
    total: &mut u64,
    state: &State,
) -> Result<String, PartError> {
    let mut text = Vec::new();
    while let Some(piece) = part.chunk().await? {
        state.unused.set(0);
        *total += piece.len() as u64;
        if *total > limits.max_body_size {
            return Err(Error::content_too_large(limits.max_body_size).into());
        }
        text.extend_from_slice(&piece);
    }
    let text = String::from_utf8(text);
    text.map_err(|_| {
        Error::unreadable(format_args!("Invalid UTF-8 in the form field '{name}'")).into()
    })
}

async fn read_file(
    mut part: Field<'_>,
    field: String,
    name: String,
    state: &State,
) -> Result<FilePart, PartError> {
    let header = part.headers().get(http::header::CONTENT_TYPE);
    let header = header
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let media_type = header
        .as_deref()
        .and_then(|header| MediaType::parse(header).ok());
    let parameters = media_type.iter().flat_map(MediaType::params);
    let parameters = parameters
        .filter(|(name, _)| *name != CHARSET)
        .map(|(name, value)| (name.to_string(), value.unquoted_str().into_owned()))
        .collect();
    let charset = media_type
        .as_ref()
        .and_then(|media_type| media_type.get_param(CHARSET));
    let charset = charset.map(|charset| charset.unquoted_str().into_owned());
    let content_type = media_type.map(|media_type| media_type.essence().to_string());

    let mut spool = Spool::default();
    while let Some(piece) = part.chunk().await? {
        state.unused.set(0);
        spool.write(piece).await.map_err(Error::internal)?;
    }
    let size = spool.len();
    Ok(FilePart {
        field,
        name,
        content_type,
        charset,
        parameters,
        content: Some(spool.finish().await.map_err(Error::internal)?),
        size,
    })
}

/// The last segment of a file name: some browsers send the whole path.
fn base_name(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

/// The text of an error with its cause.
fn describe(error: &multer::Error) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
