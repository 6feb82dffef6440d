//! `books/{id}/cover/`.

use std::io;
use std::path::PathBuf;

use dmr::component::UploadedFile;
use dmr::serializer::Multipart;
use dmr::{Controller, FileResponse, Files, Path, Response, ResponseSpec, StatusCode, controller};
use schemars::JsonSchema;
use serde::Deserialize;
use tempfile::NamedTempFile;

use super::Problem;
use crate::store::{Book, CoverType, Store, StoreError};

/// The covers of books, each a file named after the book.
pub(crate) struct Covers {
    directory: PathBuf,
    store: Store,
}

#[derive(Deserialize, JsonSchema)]
struct Upload {
    cover: UploadedFile<Image>,
}

/// A file that is an image.
#[derive(Deserialize, JsonSchema)]
struct Image {
    content_type: CoverType,
}

#[controller(tags = ["covers"])]
impl Controller for Covers {
    type ErrorModel = Problem;

    /// Download the cover of a book.
    #[validate(ResponseSpec::file(StatusCode::OK, "image/*"))]
    async fn get(&self, id: Path<i64>) -> Result<Response, StoreError> {
        let book = self.store.book(*id).await?;
        let media_type = book.cover.ok_or(StoreError::NoCover(*id))?;
        Ok(FileResponse::open(media_type, self.path(*id)).await?.into())
    }

    /// Upload the cover of a book.
    #[modify(parsers = [Multipart])]
    async fn put(&self, id: Path<i64>, Files(upload): Files<Upload>) -> Result<Book, StoreError> {
        let media_type = upload.cover.metadata.content_type;
        self.store.book(*id).await?;
        // Write a temporary file and rename it: readers see either the old cover or the new one,
        // and a failure leaves nothing behind.
        let file = NamedTempFile::new_in(&self.directory)?;
        upload.cover.save(file.path()).await?;
        file.persist(self.path(*id)).map_err(io::Error::from)?;
        self.store.set_cover(*id, Some(media_type)).await
    }

    /// Remove the cover of a book.
    #[modify(status_code = StatusCode::NO_CONTENT)]
    async fn delete(&self, id: Path<i64>) -> Result<(), StoreError> {
        self.store.set_cover(*id, None).await?;
        match tokio::fs::remove_file(self.path(*id)).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}

impl Covers {
    /// Keeps the covers in a directory, which is created if it is missing.
    pub(crate) fn in_directory(directory: PathBuf, store: Store) -> io::Result<Self> {
        std::fs::create_dir_all(&directory)?;
        Ok(Self { directory, store })
    }

    fn path(&self, book: i64) -> PathBuf {
        self.directory.join(book.to_string())
    }
}
