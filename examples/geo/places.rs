//! `api/places/`.

use dmr::component::{BodyStream, ItemReport};
use dmr::stream::GeoJsonSeq;
use dmr::stream::events;
use dmr::stream::format::GeoJsonSeq as GeoJsonSeqFormat;
use dmr::{Controller, Error, Query, controller};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A place on the map (RFC 7946).
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
struct Feature {
    r#type: FeatureType,
    geometry: Point,
    properties: Properties,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
enum FeatureType {
    Feature,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
struct Point {
    r#type: PointType,
    coordinates: (Longitude, Latitude),
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
enum PointType {
    Point,
}

/// Degrees east of Greenwich.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize, JsonSchema)]
struct Longitude(#[schemars(range(min = -180, max = 180))] f64);

/// Degrees north of the equator.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize, JsonSchema)]
struct Latitude(#[schemars(range(min = -90, max = 90))] f64);

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
struct Properties {
    name: String,
    population: u32,
}

/// The requested part of the map. The whole map by default.
#[derive(Deserialize, JsonSchema)]
struct Window {
    #[serde(default = "west")]
    west: Longitude,
    #[serde(default = "south")]
    south: Latitude,
    #[serde(default = "east")]
    east: Longitude,
    #[serde(default = "north")]
    north: Latitude,
}

fn west() -> Longitude {
    Longitude(-180.0)
}

fn south() -> Latitude {
    Latitude(-90.0)
}

fn east() -> Longitude {
    Longitude(180.0)
}

fn north() -> Latitude {
    Latitude(90.0)
}

const PLACES: [(&str, f64, f64, u32); 6] = [
    ("Paris", 2.3522, 48.8566, 2_103_000),
    ("Brussels", 4.3517, 50.8503, 1_255_000),
    ("Rome", 12.4964, 41.9028, 2_746_000),
    ("Lima", -77.0428, -12.0464, 10_151_000),
    ("Wellington", 174.7762, -41.2866, 216_000),
    ("Tokyo", 139.6917, 35.6895, 14_180_000),
];

/// Places of the world.
pub(crate) struct Places;

#[controller(tags = ["places"])]
impl Controller for Places {
    /// The places in a window.
    async fn get(&self, Query(window): Query<Window>) -> GeoJsonSeq<'_, Feature> {
        events! {
            for (name, longitude, latitude, population) in PLACES {
                let coordinates = (Longitude(longitude), Latitude(latitude));
                let inside = (window.west..=window.east).contains(&coordinates.0)
                    && (window.south..=window.north).contains(&coordinates.1);
                if inside {
                    yield Feature {
                        r#type: FeatureType::Feature,
                        geometry: Point { r#type: PointType::Point, coordinates },
                        properties: Properties { name: name.to_owned(), population },
                    };
                }
            }
        }
    }

    /// Check your own places.
    async fn put(
        &self,
        mut places: BodyStream<Feature, GeoJsonSeqFormat>,
    ) -> Result<ItemReport, Error> {
        let mut report = ItemReport::default();
        while places.next_valid(&mut report).await?.is_some() {}
        Ok(report)
    }
}
