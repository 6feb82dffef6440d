//! GeoJSON text sequences.

use serde::Serialize;

use super::{Format, JsonSeq, Pings};
use crate::serializer::{SerializeError, Serializer};

/// GeoJSON text sequences (RFC 8142): a [`JsonSeq`] of GeoJSON objects.
#[derive(Debug, Clone, Copy, Default)]
pub struct GeoJsonSeq(JsonSeq);

impl Format for GeoJsonSeq {
    const MEDIA_TYPE: &'static str = "application/geo+json-seq";
    const NAME: &'static str = "geojson-seq";
    const PINGS: Pings = Pings::WhenAsked;

    fn frame<S: Serializer, T: Serialize + ?Sized>(
        &mut self,
        event: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        self.0.frame::<S, T>(event, out)
    }

    fn ping(&mut self, out: &mut Vec<u8>) {
        self.0.ping(out);
    }
}
