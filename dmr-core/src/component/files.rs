//! The component for uploaded files.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use std::io;
use std::ops::Deref;

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use futures_util::{StreamExt, pin_mut};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{DeserializeOwned, Deserializer, Error as _};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tokio::io::AsyncWriteExt;

use super::description::{FilesDescription, documentation};
use super::{Component, Description, Model, Rejection, Unbuildable};
use crate::error::Error;
use crate::negotiation::select_parser;
use crate::quoted::quoted;
use crate::request::{FilePart, Limits, Request, Spooled, read_form};
use crate::schema::{Context, SchemaOf, Validator, list_items};
use crate::serializer::AnyParser;

/// The files of a `multipart/form-data` request, read into the fields of `T`. Each field is an
/// [`UploadedFile`], a list of them, or an `Option`.
///
/// The option `parsers` has to list [`Multipart`](crate::serializer::Multipart).
/// [`Body`](super::Body) may stand beside `Files`, for the other fields of the form; the form is
/// read once.
///
/// A file of more than 64 KiB is spooled to an unnamed temporary file, which is deleted with the
/// request. Files that do not match the schema are a 400. A request that is longer than
/// [`max_upload_size`](crate::Settings::max_upload_size) is a 413.
///
/// ```
/// use dmr_core::component::{Files, UploadedFile};
///
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// struct Uploads {
///     receipt: UploadedFile,
///     #[serde(default)]
///     documents: Vec<UploadedFile>,
/// }
///
/// async fn post(Files(uploads): Files<Uploads>) -> String {
///     uploads.receipt.metadata.name
/// }
/// ```
#[derive(Debug)]
pub struct Files<T>(pub T);

impl<T> Deref for Files<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// The metadata of an uploaded file.
///
/// Your own type can restrict it: with fewer fields, a `content_type` that is an enum, or a `size`
/// in a range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileMetadata {
    /// The name of the file on the client's machine, without its path. Do not trust it.
    pub name: String,
    /// The size of the content, in bytes.
    pub size: u64,
    /// The media type, as the client sent it.
    pub content_type: Option<String>,
    /// The `charset` of the media type.
    pub charset: Option<String>,
    /// The other parameters of the media type.
    pub content_type_extra: std::collections::BTreeMap<String, String>,
}

/// A file of a request: its metadata and its content.
///
/// ```
/// use dmr_core::component::UploadedFile;
/// use futures_util::StreamExt;
///
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// #[serde(rename_all = "lowercase")]
/// enum Picture {
///     #[serde(rename = "image/png")]
///     Png,
///     #[serde(rename = "image/jpeg")]
///     Jpeg,
/// }
///
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// struct Cover {
///     content_type: Picture,
///     #[schemars(range(max = 1_000_000))]
///     size: u64,
/// }
///
/// async fn length(file: UploadedFile<Cover>) -> std::io::Result<usize> {
///     let mut pieces = std::pin::pin!(file.into_stream());
///     let mut length = 0;
///     while let Some(piece) = pieces.next().await {
///         length += piece?.len();
///     }
///     Ok(length)
/// }
/// ```
pub struct UploadedFile<M = FileMetadata> {
    /// The metadata of the file.
    pub metadata: M,
    content: Spooled,
}

impl<M> UploadedFile<M> {
    /// Returns the content piece by piece, as it is read from memory or from the disk.
    pub fn into_stream(self) -> impl Stream<Item = io::Result<Bytes>> {
        self.content.into_stream()
    }

    /// Reads the whole content into memory.
    ///
    /// # Errors
    ///
    /// The temporary file cannot be read.
    pub async fn into_bytes(self) -> io::Result<Bytes> {
        if let Spooled::Memory(bytes) = self.content {
            return Ok(bytes);
        }
        let pieces = self.into_stream();
        pin_mut!(pieces);
        let mut whole = BytesMut::new();
        while let Some(piece) = pieces.next().await {
            whole.extend_from_slice(&piece?);
        }
        Ok(whole.freeze())
    }

    /// Writes the content to a file, which is created or replaced.
    ///
    /// # Errors
    ///
    /// The temporary file cannot be read, or the new one cannot be written. An incomplete file is
    /// left behind.
    pub async fn save(self, path: impl AsRef<std::path::Path>) -> io::Result<()> {
        let mut file = tokio::fs::File::create(path).await?;
        let pieces = self.into_stream();
        pin_mut!(pieces);
        while let Some(piece) = pieces.next().await {
            file.write_all(&piece?).await?;
        }
        file.flush().await
    }
}

impl<M: fmt::Debug> fmt::Debug for UploadedFile<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadedFile")
            .field("metadata", &self.metadata)
            .finish_non_exhaustive()
    }
}

/// The member of a file's metadata that carries the index of its content.
const CONTENT: &str = "$content";

thread_local! {
    /// The contents of the files that are being read. serde carries only data, so the contents
    /// cannot pass through the deserializer.
    static CONTENTS: RefCell<Vec<Option<Spooled>>> = const { RefCell::new(Vec::new()) };
}

impl<'de, M: DeserializeOwned> Deserialize<'de> for UploadedFile<M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut metadata = Map::deserialize(deserializer)?;
        let index = metadata.remove(CONTENT);
        let index = index.and_then(|index| usize::try_from(index.as_u64()?).ok());
        let content = index
            .and_then(|index| CONTENTS.with_borrow_mut(|contents| contents.get_mut(index)?.take()));
        Ok(Self {
            content: content.ok_or_else(|| {
                D::Error::custom("an `UploadedFile` can be read only by the component `Files`")
            })?,
            metadata: M::deserialize(Value::Object(metadata)).map_err(D::Error::custom)?,
        })
    }
}

impl<M: JsonSchema> JsonSchema for UploadedFile<M> {
    fn inline_schema() -> bool {
        M::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        M::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        M::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        M::json_schema(generator)
    }
}

/// The prepared state of a [`Files`], made when the application is built.
pub struct PreparedFiles {
    parsers: Vec<AnyParser>,
    limits: Limits,
    validator: Validator,
    context: Context,
}

impl fmt::Debug for PreparedFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedFiles").finish_non_exhaustive()
    }
}

impl Description<'_> {
    /// Describes the files of a form with the model `T`.
    ///
    /// # Errors
    ///
    /// `T` is not a struct with named fields, or its schema is not supported.
    pub fn files_model<T: Model>(&mut self) -> Result<PreparedFiles, Unbuildable> {
        self.files_model_of(SchemaOf::of::<T>())
    }

    fn files_model_of(&mut self, of: SchemaOf) -> Result<PreparedFiles, Unbuildable> {
        self.described.can_be_invalid = true;
        if self.described.files.is_some() {
            self.error("two files components: put the files into one struct");
        }
        let parsers = self.endpoint.parsers.to_vec();
        if !parsers
            .iter()
            .any(|parser| matches!(parser, AnyParser::Multipart))
        {
            let found = quoted(parsers.iter().map(AnyParser::media_type));
            self.error(format!(
                "`Files` requires at least one parser that can parse files, such as `Multipart`, found: [{found}]"
            ));
        }
        let schema = self.schemas.inline_request(of);
        let validator = match schema.get("properties") {
            Some(_) => self.schemas.requests().validator(&schema),
            None => Err("it must be a struct with named fields".to_owned()),
        };
        let validator = self.checked("files", of, validator)?;
        let description = documentation(&schema);
        self.described.files = Some(FilesDescription {
            description,
            validator: validator.clone(),
        });
        Ok(PreparedFiles {
            parsers,
            limits: self.endpoint.limits,
            validator,
            context: self.component_context("parsed_file_metadata"),
        })
    }
}

impl<T: Model> Component for Files<T> {
    type Prepared = PreparedFiles;

    fn describe(description: &mut Description<'_>) -> Result<Self::Prepared, Unbuildable> {
        description.files_model::<T>()
    }

    async fn extract(prepared: &Self::Prepared, request: &mut Request) -> Result<Self, Rejection> {
        let parser = select_parser(&prepared.parsers, request.head().header("content-type"))?;
        if !matches!(parser, AnyParser::Multipart) {
            return Err(Error::unreadable(format_args!(
                "Cannot read files from a request body with content type '{}', only from 'multipart/form-data'",
                parser.media_type()
            ))
            .into());
        }
        let validator = &prepared.validator;
        let form = read_form(request, &prepared.limits).await?;
        let metadata = metadata(validator, &form.files, |_, _| {});
        let errors = validator.errors(&metadata, prepared.context);
        if !errors.is_empty() {
            return Err(Rejection::Invalid(errors));
        }
        let with_contents = metadata_with_contents(validator, &form.files);
        let contents = form
            .files
            .iter_mut()
            .map(|file| file.content.take())
            .collect();
        CONTENTS.set(contents);
        let read = serde_json::from_value(with_contents);
        CONTENTS.take();
        read.map(Self).map_err(|error| {
            Rejection::Invalid(vec![prepared.context.detail(&error.to_string(), &[])])
        })
    }
}

fn metadata_with_contents(validator: &Validator, files: &[FilePart]) -> Value {
    metadata(validator, files, |index, members| {
        members.insert(CONTENT.to_owned(), index.into());
    })
}

/// The metadata of all files, in the shape of the schema: a list where the schema has one, else the
/// last file of the name.
fn metadata(
    validator: &Validator,
    files: &[FilePart],
    add: impl Fn(usize, &mut Map<String, Value>),
) -> Value {
    let mut object = Map::new();
    for (index, file) in files.iter().enumerate() {
        let properties = validator.schema().get("properties");
        let Some(schema) = properties.and_then(|properties| properties.get(&file.field)) else {
            continue;
        };
        let mut members = Map::new();
        members.insert("name".to_owned(), file.name.as_str().into());
        members.insert("size".to_owned(), file.size.into());
        let optional = [
            ("content_type", &file.content_type),
            ("charset", &file.charset),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                members.insert(name.to_owned(), value.as_str().into());
            }
        }
        let parameters = file.parameters.iter();
        let parameters: Map<String, Value> = parameters
            .map(|(name, value)| (name.clone(), value.as_str().into()))
            .collect();
        members.insert("content_type_extra".to_owned(), parameters.into());
        add(index, &mut members);
        let value = Value::Object(members);
        match (
            list_items(validator.document(), schema),
            object.get_mut(&file.field),
        ) {
            (Some(_), Some(Value::Array(list))) => list.push(value),
            (Some(_), _) => {
                object.insert(file.field.clone(), json!([value]));
            }
            (None, _) => {
                object.insert(file.field.clone(), value);
            }
        }
    }
    Value::Object(object)
}
