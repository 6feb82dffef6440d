//! GeoJSON text sequences.

use super::{Format, JsonSeq, Pings};

/// GeoJSON text sequences (RFC 8142): a [`JsonSeq`] of GeoJSON objects.
#[derive(Debug, Clone, Copy, Default)]
pub struct GeoJsonSeq(JsonSeq);

impl Format for GeoJsonSeq {
    const MEDIA_TYPE: &'static str = "application/geo+json-seq";
    const NAME: &'static str = "geojson-seq";
    const PINGS: Pings = Pings::WhenAsked;

    inner_frames!();
}
