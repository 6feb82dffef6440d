//! A deserializer for pairs of name and text. It reads numbers, booleans and lists from their text.
//!
//! serde_html_form reads queries in a similar way. But it reads an empty value as `None`, replaces
//! bytes that are not UTF-8, and reads only queries. Headers, paths and cookies need the same
//! rules.

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Error;

use super::pairs::{Pair, Pairs, Values};
use super::scalar;

/// The name by which [`CommaSeparated`](super::CommaSeparated) asks for its value.
pub(super) const COMMA_SEPARATED: &str = "$dmr::CommaSeparated";
/// The name by which [`Nullable`](super::Nullable) asks for its value.
pub(super) const NULLABLE: &str = "$dmr::Nullable";

impl<'p> Values<'p> {
    /// The last value, for a field that takes one.
    fn text(self) -> &'p str {
        self.0.last().map_or("", |(_, value)| value)
    }

    fn parse<N: scalar::Scalar>(self) -> Result<N, Error> {
        let text = self.text();
        N::parse(text).ok_or_else(|| Error::custom(format_args!("`{text}` is of the wrong type")))
    }
}

impl Pairs<'_> {
    /// Reads the values of one name. The pairs have to be [grouped](Self::group).
    pub(super) fn deserialize_one<T: DeserializeOwned>(&self, wanted: &str) -> Result<T, Error> {
        T::deserialize(self.values(wanted)?)
    }

    fn values(&self, wanted: &str) -> Result<Values<'_>, Error> {
        let found = self.groups().find(|(name, _)| *name == wanted);
        let (_, values) = found.ok_or_else(|| Error::custom("the value is missing"))?;
        Ok(values)
    }

    /// Reads the pairs into a model. The pairs have to be [grouped](Self::group).
    pub(super) fn deserialize<T: DeserializeOwned>(&self) -> Result<T, Error> {
        T::deserialize(MapDeserializer::new(self.groups()))
    }
}

impl IntoDeserializer<'_, Error> for Values<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! parsed {
    ($($deserialize:ident => $visit:ident),* $(,)?) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            visitor.$visit(self.parse()?)
        }
    )*};
}

impl<'de> Deserializer<'de> for Values<'_> {
    type Error = Error;

    parsed! {
        deserialize_bool => visit_bool,
        deserialize_i8 => visit_i8,
        deserialize_i16 => visit_i16,
        deserialize_i32 => visit_i32,
        deserialize_i64 => visit_i64,
        deserialize_i128 => visit_i128,
        deserialize_u8 => visit_u8,
        deserialize_u16 => visit_u16,
        deserialize_u32 => visit_u32,
        deserialize_u64 => visit_u64,
        deserialize_u128 => visit_u128,
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_f64(self.parse()?)
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.text())
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        match name {
            COMMA_SEPARATED => {
                let items = self.text().split(',');
                let items: Vec<Pair<'_>> = items.map(|item| ("".into(), item.into())).collect();
                visitor.visit_seq(SeqDeserializer::new(items.chunks(1).map(Values)))
            }
            NULLABLE if self.text() == "null" => visitor.visit_none(),
            NULLABLE => visitor.visit_some(self),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let single = self.0.chunks(1).map(Values);
        visitor.visit_seq(SeqDeserializer::new(single))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(self.text().into_deserializer())
    }

    forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct tuple_struct map struct identifier
        ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Color {
        Red,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Id(u64);

    #[derive(Debug, PartialEq, Deserialize)]
    struct Model {
        id: Id,
        #[serde(default)]
        tags: Vec<i8>,
        color: Option<Color>,
        share: f32,
        name: String,
        flag: bool,
    }

    fn read(pairs: &[(&'static str, &'static str)]) -> Result<Model, Error> {
        let mut grouped = Pairs::default();
        for (name, value) in pairs {
            grouped.push((*name).into(), (*value).into());
        }
        grouped.group();
        grouped.deserialize()
    }

    #[test]
    fn text_becomes_what_the_fields_are() {
        let model = read(&[
            ("tags", "1"),
            ("name", "first"),
            ("tags", "-2"),
            ("id", "7"),
            ("share", "0.5"),
            ("name", "last"),
            ("color", "red"),
            ("flag", "true"),
            ("unknown", "x"),
        ]);
        assert_eq!(
            model.expect("it is right"),
            Model {
                id: Id(7),
                tags: vec![1, -2],
                color: Some(Color::Red),
                share: 0.5,
                name: "last".to_owned(),
                flag: true,
            }
        );
    }

    #[test]
    fn what_is_no_such_value_is_an_error() {
        let right = [("id", "7"), ("share", "1"), ("name", ""), ("flag", "false")];
        assert!(read(&right).is_ok());
        for wrong in [
            ("id", "-1"),
            ("share", "inf"),
            ("flag", "1"),
            ("color", "blue"),
            ("tags", ""),
        ] {
            let mut pairs = right.to_vec();
            pairs.push(wrong);
            assert!(read(&pairs).is_err(), "{wrong:?}");
        }
    }
}
