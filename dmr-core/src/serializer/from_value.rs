//! Types that are read from a [`Value`], with the place of an error.
//!
//! `serde_json` reads types from a value too, but its errors do not say where they happened.
//! `serde_path_to_error` adds the place by wrapping every visitor, which triples what the compiler
//! makes for each type of an application. This deserializer knows its place instead.

use std::vec;

use serde::de::{
    Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, Expected,
    IntoDeserializer, MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Error, Value, map};

use crate::error_detail::ErrorLocation;
use crate::schema::ReadNotes;

/// Reads a type from a value. An error says what is wrong, and where.
///
/// Bodies that are not JSON and forms come this way, so that a type is compiled for JSON and for
/// values, and not for each format.
pub(crate) fn from_value<T: DeserializeOwned>(
    value: Value,
) -> Result<T, (String, Vec<ErrorLocation>)> {
    let notes = ReadNotes::default();
    match T::deserialize(Located::inner(value, ValuePlace::Root, &notes)) {
        Ok(read) => Ok(read),
        Err(error) => Err((error.to_string(), notes.into_failed())),
    }
}

/// Reads a type from a sample of its schema, and says whether that worked.
pub(crate) fn read_sample<T: DeserializeOwned>(value: Value, notes: &ReadNotes) -> bool {
    T::deserialize(Located::inner(value, ValuePlace::Root, notes)).is_ok()
}

/// A value at its place.
struct Located<'p> {
    value: Value,
    place: ValuePlace<'p>,
    notes: &'p ReadNotes,
}

/// A place, as a list of steps that ends at the root.
#[derive(Clone, Copy)]
enum ValuePlace<'p> {
    Root,
    Member(&'p ValuePlace<'p>, &'p str),
    Item(&'p ValuePlace<'p>, usize),
}

impl ValuePlace<'_> {
    fn path(&self) -> Vec<ErrorLocation> {
        let (outer, step) = match *self {
            Self::Root => return Vec::new(),
            Self::Member(outer, name) => (outer, name.into()),
            Self::Item(outer, index) => (outer, i64::try_from(index).unwrap_or(i64::MAX).into()),
        };
        let mut path = outer.path();
        path.push(step);
        path
    }
}

impl<'p> Located<'p> {
    /// The same deserializer at an inner place.
    fn inner(value: Value, place: ValuePlace<'p>, notes: &'p ReadNotes) -> Self {
        Self {
            value,
            place,
            notes,
        }
    }

    fn note_names(&self, names: &'static [&'static str]) {
        if self.notes.wants_names {
            self.notes.add_names(self.place.path(), names);
        }
    }

    /// Reads for a seed, and notes where that failed.
    fn read<'de, S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Error> {
        let Self { place, notes, .. } = self;
        let read = seed.deserialize(self);
        if read.is_err() {
            notes.failed_at(|| place.path());
        }
        read
    }
}

/// The members of an object.
struct Members<'p> {
    members: map::IntoIter,
    /// The member whose name was read last.
    current: Option<(String, Value)>,
    place: ValuePlace<'p>,
    notes: &'p ReadNotes,
}

impl<'de> MapAccess<'de> for Members<'_> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        self.current = self.members.next();
        match &self.current {
            Some((name, _)) => seed.deserialize(MemberName(name)).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        let (name, value) = self.current.take().unwrap_or_default();
        let place = ValuePlace::Member(&self.place, &name);
        Located::inner(value, place, self.notes).read(seed)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.members.len())
    }
}

/// The items of an array.
struct ArrayItems<'p> {
    items: vec::IntoIter<Value>,
    index: usize,
    place: ValuePlace<'p>,
    notes: &'p ReadNotes,
}

impl<'de> SeqAccess<'de> for &mut ArrayItems<'_> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        let Some(value) = self.items.next() else {
            return Ok(None);
        };
        let place = ValuePlace::Item(&self.place, self.index);
        self.index += 1;
        Located::inner(value, place, self.notes)
            .read(seed)
            .map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

/// A variant of an enum, and what it holds.
struct EnumVariant<'p> {
    name: String,
    content: Option<Value>,
    place: ValuePlace<'p>,
    notes: &'p ReadNotes,
}

impl<'de, 'p> EnumAccess<'de> for EnumVariant<'p> {
    type Error = Error;
    type Variant = VariantContent<'p>;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, VariantContent<'p>), Error> {
        let content = VariantContent(
            self.content
                .map(|content| Located::inner(content, self.place, self.notes)),
        );
        Ok((seed.deserialize(MemberName(&self.name))?, content))
    }
}

/// The content of a variant. `None` if the variant is a text.
struct VariantContent<'p>(Option<Located<'p>>);

impl<'p> VariantContent<'p> {
    fn required(self, expected: &dyn Expected) -> Result<Located<'p>, Error> {
        let missing = || Error::invalid_type(Unexpected::UnitVariant, expected);
        self.0.ok_or_else(missing)
    }
}

impl<'de> VariantAccess<'de> for VariantContent<'_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        self.0.map_or(Ok(()), <()>::deserialize)
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Error> {
        seed.deserialize(self.required(&"newtype variant")?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Error> {
        let content = self.required(&"tuple variant")?;
        content.deserialize_tuple(length, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.required(&"struct variant")?.deserialize_map(visitor)
    }
}

impl<'de> Deserializer<'de> for Located<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::Array(_) => self.deserialize_seq(visitor),
            Value::Object(_) => self.deserialize_map(visitor),
            scalar => scalar.deserialize_any(visitor),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::Object(members) => visitor.visit_map(Members {
                members: members.into_iter(),
                current: None,
                place: self.place,
                notes: self.notes,
            }),
            other => Err(unexpected(&other, &visitor)),
        }
    }

    /// A struct is an object, never the list of its fields.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.note_names(fields);
        self.deserialize_map(visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let Value::Array(items) = self.value else {
            return Err(unexpected(&self.value, &visitor));
        };
        let length = items.len();
        let mut items = ArrayItems {
            items: items.into_iter(),
            index: 0,
            place: self.place,
            notes: self.notes,
        };
        let read = visitor.visit_seq(&mut items)?;
        match items.items.len() {
            0 => Ok(read),
            _ => Err(Error::invalid_length(length, &"fewer elements in array")),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        // serde_json itself reads its own types from a value.
        if name.starts_with("$serde_json::") {
            return self.value.deserialize_newtype_struct(name, visitor);
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.note_names(variants);
        let (name, content) = match self.value {
            Value::String(name) => (name, None),
            Value::Object(members) if members.len() == 1 => {
                let (name, content) = members.into_iter().next().unwrap_or_default();
                (name, Some(content))
            }
            other => return Err(unexpected(&other, &"string or object with one member")),
        };
        visitor.visit_enum(EnumVariant {
            name,
            content,
            place: self.place,
            notes: self.notes,
        })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct identifier ignored_any
    }
}

fn unexpected(value: &Value, expected: &dyn Expected) -> Error {
    let found = match value {
        Value::Null => Unexpected::Unit,
        Value::Bool(value) => Unexpected::Bool(*value),
        Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
            (Some(number), ..) => Unexpected::Unsigned(number),
            (_, Some(number), _) => Unexpected::Signed(number),
            (.., number) => Unexpected::Float(number.unwrap_or(f64::NAN)),
        },
        Value::String(text) => Unexpected::Str(text),
        Value::Array(_) => Unexpected::Seq,
        Value::Object(_) => Unexpected::Map,
    };
    Error::invalid_type(found, expected)
}

/// The name of a member or of a variant. The keys of a map may be numbers and booleans, which are
/// written as texts.
#[derive(Clone, Copy)]
struct MemberName<'n>(&'n str);

macro_rules! parsed {
    ($($deserialize:ident => $visit:ident),* $(,)?) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self.0.parse() {
                Ok(key) => visitor.$visit(key),
                Err(_) => visitor.visit_str(self.0),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for MemberName<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.0)
    }

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
        deserialize_f32 => visit_f32,
        deserialize_f64 => visit_f64,
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(self.0.into_deserializer())
    }

    forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct
        identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Id(u64);

    #[derive(Debug, PartialEq, Deserialize)]
    enum Shape {
        Empty,
        Circle(f64),
        Line(i8, i8),
        Square { side: Option<u8> },
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Model {
        id: Id,
        shapes: Vec<Shape>,
        counts: BTreeMap<u8, (bool, String)>,
        unit: (),
    }

    #[test]
    fn reads_what_serde_json_reads() {
        let value = json!({
            "id": 7,
            "shapes": ["Empty", {"Empty": null}, {"Circle": 1}, {"Line": [1, -1]},
                       {"Square": {"side": 2}}, {"Square": {}}],
            "counts": {"1": [true, "one"], "2": [false, ""]},
            "unit": null,
            "unknown": {"a": [1]},
        });
        let expected: Model = serde_json::from_value(value.clone()).expect("it is right");
        assert_eq!(from_value::<Model>(value).expect("it is right"), expected);
    }

    #[test]
    fn an_error_says_where_it_is() {
        let failure = |value: Value| from_value::<Model>(value).expect_err("it is wrong");
        let model = |shapes: Value, counts: Value| json!({"id": 1, "shapes": shapes, "counts": counts, "unit": null});
        let place = |steps: Value| -> Vec<ErrorLocation> {
            serde_json::from_value(steps).expect("they are steps")
        };
        for (value, text, path) in [
            (
                json!([]),
                "invalid type: sequence, expected struct Model",
                json!([]),
            ),
            (
                json!({"id": "x"}),
                "invalid type: string \"x\", expected u64",
                json!(["id"]),
            ),
            (
                model(json!(["Empty", {"Circle": []}]), json!({})),
                "invalid type: sequence, expected f64",
                json!(["shapes", 1]),
            ),
            (
                model(json!([{"Line": [1, 2, 3]}]), json!({})),
                "invalid length 3, expected fewer elements in array",
                json!(["shapes", 0]),
            ),
            (
                model(json!([]), json!({"1": [true, 2]})),
                "invalid type: integer `2`, expected a string",
                json!(["counts", "1", 1]),
            ),
            (
                model(json!([]), json!({"x": [true, ""]})),
                "invalid type: string \"x\", expected u8",
                json!(["counts"]),
            ),
            (json!({"id": 1}), "missing field `shapes`", json!([])),
        ] {
            assert_eq!(failure(value), (text.to_owned(), place(path)));
        }
    }
}
