//! Cursors that only the server can write.

use std::fmt;
use std::marker::PhantomData;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::CursorPage;
use crate::error::Error;
use crate::error_detail::{ErrorDetail, ErrorType};

/// The length of a signature, in bytes: half of the hash, as RFC 2104, 5 recommends.
const SIGNATURE: usize = 16;

/// The length of the shortest secret, in bytes: that of the hash (RFC 2104, 3).
const SECRET: usize = 32;

/// The query of a page that begins after a cursor: `?cursor=…&limit=50`, for
/// [`Query<CursorQuery>`](crate::Query).
///
/// A limit of 0, and one above `MAX`, are a 400. Without `limit`, a page has `LIMIT` items; without
/// `cursor`, it is the first page. [`Cursors`] reads the cursor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(description = "")]
pub struct CursorQuery<const LIMIT: u64 = 20, const MAX: u64 = 100> {
    /// The cursor of the page, from `next` of the page before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// The greatest number of items on the page.
    #[serde(default = "limit::<LIMIT>")]
    #[schemars(range(min = 1, max = MAX))]
    pub limit: u64,
}

fn limit<const LIMIT: u64>() -> u64 {
    LIMIT
}

/// Writes and reads the cursors of one list. `K` is the key by which the list is sorted.
///
/// A cursor is the signed key of an item. It is opaque: clients can decode the key, but a cursor
/// that they change is a 400, as is one of another list. All processes of an application need the
/// same secret.
///
/// ```
/// use dmr_core::pagination::{CursorPage, CursorQuery, Cursors};
/// use dmr_core::{Error, Query};
///
/// struct Numbers { cursors: Cursors<u64> }
///
/// impl Numbers {
///     async fn get(&self, query: Query<CursorQuery>) -> Result<CursorPage<u64>, Error> {
///         let after = self.cursors.after(&query)?.unwrap_or(0);
///         // One more than the limit, which shows whether another page exists.
///         let numbers = (after + 1..=1_000).take(query.limit as usize + 1);
///         self.cursors.page(numbers.collect(), &query, |number| *number)
///     }
/// }
///
/// let cursors = Cursors::new("a secret that has no less than 32 bytes", "numbers")?;
/// let numbers = Numbers { cursors };
/// # let _ = numbers;
/// # Ok::<(), dmr_core::pagination::ShortSecret>(())
/// ```
#[derive(Clone)]
pub struct Cursors<K> {
    mac: Hmac<Sha256>,
    key: PhantomData<fn() -> K>,
}

/// The secret of [`Cursors`] is shorter than 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the secret of cursors needs at least {SECRET} bytes, this one has {0}")]
pub struct ShortSecret(usize);

impl<K: Serialize + DeserializeOwned> Cursors<K> {
    /// Makes the cursors of a list. The name of the list keeps its cursors apart from those of
    /// other lists with the same secret.
    ///
    /// # Errors
    ///
    /// The secret is shorter than 32 bytes.
    pub fn new(secret: impl AsRef<[u8]>, list: &str) -> Result<Self, ShortSecret> {
        let secret = secret.as_ref();
        let short = ShortSecret(secret.len());
        if secret.len() < SECRET {
            return Err(short);
        }
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).map_err(|_| short)?;
        mac.update(list.as_bytes());
        // JSON has no such byte, so the name and the key cannot run into each other.
        mac.update(&[0]);
        Ok(Self {
            mac,
            key: PhantomData,
        })
    }

    /// Writes a cursor.
    ///
    /// # Errors
    ///
    /// An internal error, if the key cannot be written as JSON.
    pub fn write(&self, key: &K) -> Result<String, Error> {
        let key = serde_json::to_vec(key).map_err(Error::internal)?;
        let mut cursor = self.signature(&key).finalize().into_bytes()[..SIGNATURE].to_vec();
        cursor.extend_from_slice(&key);
        Ok(URL_SAFE_NO_PAD.encode(cursor))
    }

    /// Reads a cursor.
    ///
    /// # Errors
    ///
    /// A 400, if these `Cursors` did not write the cursor.
    pub fn read(&self, cursor: &str) -> Result<K, Error> {
        self.verified(cursor).ok_or_else(|| {
            let detail = ErrorDetail::new("Invalid cursor - at `$.parsed_query.cursor`");
            Error::request(vec![detail.error_type(ErrorType::VALUE_ERROR)])
        })
    }

    /// The key after which the page begins. `None` for the first page.
    ///
    /// # Errors
    ///
    /// A 400, if these `Cursors` did not write the cursor.
    pub fn after<const LIMIT: u64, const MAX: u64>(
        &self,
        query: &CursorQuery<LIMIT, MAX>,
    ) -> Result<Option<K>, Error> {
        let cursor = query.cursor.as_deref();
        cursor.map(|cursor| self.read(cursor)).transpose()
    }

    /// Makes a page of up to `query.limit` items. If there are more, a next page exists; it begins
    /// after the key of the last item on this page.
    ///
    /// # Errors
    ///
    /// An internal error, if the key cannot be written as JSON.
    pub fn page<T, const LIMIT: u64, const MAX: u64>(
        &self,
        items: Vec<T>,
        query: &CursorQuery<LIMIT, MAX>,
        key: impl FnOnce(&T) -> K,
    ) -> Result<CursorPage<T>, Error> {
        let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
        let mut written = Ok(String::new());
        let page = CursorPage::new(items, limit, |last| match self.write(&key(last)) {
            Ok(cursor) => cursor,
            Err(error) => {
                written = Err(error);
                String::new()
            }
        });
        written.map(|_| page)
    }

    fn verified(&self, cursor: &str) -> Option<K> {
        let cursor = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (signature, key) = cursor.split_at_checked(SIGNATURE)?;
        let mac = self.signature(key);
        // In constant time.
        mac.verify_truncated_left(signature).ok()?;
        serde_json::from_slice(key).ok()
    }

    fn signature(&self, key: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.mac.clone();
        mac.update(key);
        mac
    }
}

/// The secret is never printed.
impl<K> fmt::Debug for Cursors<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cursors").finish_non_exhaustive()
    }
}
