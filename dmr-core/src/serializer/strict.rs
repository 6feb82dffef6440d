//! A deserializer that does not accept an array for a struct.
//!
//! The `Deserialize` that serde derives for a struct also accepts a sequence of its fields, which
//! no schema allows. This wrapper asks for a map wherever a struct is wanted. The obvious
//! alternative, to check every body as a JSON value first, would build each request twice.
//!
//! The wrapper cannot see content that serde buffers: flattened structs, and enums that are not
//! externally tagged. serde reads such content from its own deserializer, which is not wrapped, so
//! an array in it may still become a struct. It may as well be a legal list. So an array in
//! buffered content does not fail here; it sets a flag, and the body is checked against its schema.

use std::cell::Cell;
use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor,
};

/// A seed that is read strictly.
pub(crate) struct Strict<'u, S> {
    pub(crate) seed: S,
    /// Set once an array was read that may have become a struct.
    pub(crate) unsure: &'u Cell<bool>,
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Strict<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        self.seed.deserialize(StrictDeserializer {
            inner: deserializer,
            unsure: self.unsure,
        })
    }
}

/// The deserializer that the types inside of a [`Strict`] see.
struct StrictDeserializer<'u, D> {
    inner: D,
    unsure: &'u Cell<bool>,
}

/// A visitor, or one of serde's accesses, wrapped with the same strictness.
struct Through<'u, T> {
    inner: T,
    unsure: &'u Cell<bool>,
    /// Whether the visitor accepts any value, and may buffer a sequence for a struct.
    any: bool,
}

macro_rules! forward {
    ($($method:ident($($name:ident: $argument:ty),*);)*) => {
        $(
            fn $method<V: Visitor<'de>>(self, $($name: $argument,)* visitor: V) -> Result<V::Value, D::Error> {
                let visitor = Through { inner: visitor, unsure: self.unsure, any: false };
                self.inner.$method($($name,)* visitor)
            }
        )*
    };
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for StrictDeserializer<'_, D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        let visitor = Through {
            inner: visitor,
            unsure: self.unsure,
            any: true,
        };
        self.inner.deserialize_any(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.deserialize_map(visitor)
    }

    /// Reads what the type ignores as a value is read. A number out of range is then an error for
    /// every type, whether its content is checked as a value or not.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        let visitor = Through {
            inner: visitor,
            unsure: self.unsure,
            any: false,
        };
        self.inner.deserialize_any(visitor)
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }

    forward! {
        deserialize_bool();
        deserialize_i8();
        deserialize_i16();
        deserialize_i32();
        deserialize_i64();
        deserialize_i128();
        deserialize_u8();
        deserialize_u16();
        deserialize_u32();
        deserialize_u64();
        deserialize_u128();
        deserialize_f32();
        deserialize_f64();
        deserialize_char();
        deserialize_str();
        deserialize_string();
        deserialize_bytes();
        deserialize_byte_buf();
        deserialize_option();
        deserialize_unit();
        deserialize_unit_struct(name: &'static str);
        deserialize_newtype_struct(name: &'static str);
        deserialize_seq();
        deserialize_tuple(length: usize);
        deserialize_tuple_struct(name: &'static str, length: usize);
        deserialize_map();
        deserialize_enum(name: &'static str, variants: &'static [&'static str]);
        deserialize_identifier();
    }
}

macro_rules! visit {
    ($($method:ident($argument:ty);)*) => {
        $(
            fn $method<E: Error>(self, value: $argument) -> Result<V::Value, E> {
                self.inner.$method(value)
            }
        )*
    };
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Through<'_, V> {
    type Value = V::Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(formatter)
    }

    visit! {
        visit_bool(bool);
        visit_i8(i8);
        visit_i16(i16);
        visit_i32(i32);
        visit_i64(i64);
        visit_i128(i128);
        visit_u8(u8);
        visit_u16(u16);
        visit_u32(u32);
        visit_u64(u64);
        visit_u128(u128);
        visit_f32(f32);
        visit_f64(f64);
        visit_char(char);
        visit_str(&str);
        visit_borrowed_str(&'de str);
        visit_string(String);
        visit_bytes(&[u8]);
        visit_borrowed_bytes(&'de [u8]);
        visit_byte_buf(Vec<u8>);
    }

    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_none()
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        let unsure = self.unsure;
        self.inner.visit_some(StrictDeserializer { inner, unsure })
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        let unsure = self.unsure;
        self.inner
            .visit_newtype_struct(StrictDeserializer { inner, unsure })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, inner: A) -> Result<V::Value, A::Error> {
        if self.any {
            self.unsure.set(true);
        }
        self.inner.visit_seq(self.unsure.through(inner))
    }

    fn visit_map<A: MapAccess<'de>>(self, inner: A) -> Result<V::Value, A::Error> {
        self.inner.visit_map(self.unsure.through(inner))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, inner: A) -> Result<V::Value, A::Error> {
        self.inner.visit_enum(self.unsure.through(inner))
    }
}

/// Wraps a value in a [`Through`].
trait Pass {
    fn through<T>(&self, inner: T) -> Through<'_, T>;
}

impl Pass for Cell<bool> {
    fn through<T>(&self, inner: T) -> Through<'_, T> {
        Through {
            inner,
            unsure: self,
            any: false,
        }
    }
}

impl<'u, T> Through<'u, T> {
    fn strict<S>(&self, seed: S) -> Strict<'u, S> {
        Strict {
            seed,
            unsure: self.unsure,
        }
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Through<'_, A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        let seed = self.strict(seed);
        self.inner.next_element_seed(seed)
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Through<'_, A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        self.inner.next_key_seed(seed)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        let seed = self.strict(seed);
        self.inner.next_value_seed(seed)
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

impl<'de, 'u, A: EnumAccess<'de>> EnumAccess<'de> for Through<'u, A> {
    type Error = A::Error;
    type Variant = Through<'u, A::Variant>;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Self::Variant), A::Error> {
        let unsure = self.unsure;
        let (value, variant) = self.inner.variant_seed(seed)?;
        Ok((value, unsure.through(variant)))
    }
}

impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for Through<'_, A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        self.inner.unit_variant()
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, A::Error> {
        let seed = self.strict(seed);
        self.inner.newtype_variant_seed(seed)
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        self.inner
            .tuple_variant(length, self.unsure.through(visitor))
    }

    /// Reads the fields as the only field of a newtype variant. `struct_variant` of the inner
    /// access would itself decide between a map and an array; the deserializer of a newtype can be
    /// asked for a map.
    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        struct Fields<V>(V);

        impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for Fields<V> {
            type Value = V::Value;

            fn deserialize<D: Deserializer<'de>>(
                self,
                deserializer: D,
            ) -> Result<V::Value, D::Error> {
                deserializer.deserialize_map(self.0)
            }
        }

        self.newtype_variant_seed(Fields(visitor))
    }
}

#[cfg(test)]
mod tests {
    use std::marker::PhantomData;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Inner {
        a: u8,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    enum Choice {
        Struct { a: u8 },
        Tuple(u8, u8),
        Unit,
        One(Inner),
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Outer {
        list: Vec<Inner>,
        pair: (u8, Inner),
        option: Option<Inner>,
        choice: Choice,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Flat {
        #[serde(flatten)]
        rest: Rest,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Rest {
        inner: Inner,
    }

    /// Whether the text was read, and whether the result is sure.
    fn read<'de, T: Deserialize<'de>>(text: &'de str) -> (bool, bool) {
        let unsure = Cell::new(false);
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let seed = Strict {
            seed: PhantomData::<T>,
            unsure: &unsure,
        };
        let read = seed.deserialize(&mut deserializer).is_ok();
        (read, !unsure.get())
    }

    #[test]
    fn structs_are_objects() {
        let outer = |list, pair, option, choice| {
            read::<Outer>(&format!(
                r#"{{"list":[{list}],"pair":[1,{pair}],"option":{option},"choice":{choice}}}"#
            ))
        };
        let object = r#"{"a":1}"#;
        for choice in [
            r#"{"Struct":{"a":1}}"#,
            r#"{"Tuple":[1,2]}"#,
            r#""Unit""#,
            r#"{"One":{"a":1}}"#,
        ] {
            assert_eq!(
                outer(object, object, object, choice),
                (true, true),
                "{choice}"
            );
        }
        assert!(!outer("[1]", object, object, r#""Unit""#).0);
        assert!(!outer(object, "[1]", object, r#""Unit""#).0);
        assert!(!outer(object, object, "[1]", r#""Unit""#).0);
        assert!(!outer(object, object, object, r#"{"Struct":[1]}"#).0);
        assert!(!outer(object, object, object, r#"{"One":[1]}"#).0);
        assert!(!read::<Inner>("[1]").0);
    }

    #[test]
    fn what_is_buffered_may_be_wrong() {
        assert_eq!(read::<Flat>(r#"{"inner":{"a":1}}"#), (true, true));
        assert_eq!(read::<Flat>(r#"{"inner":[1]}"#), (true, false));
    }
}
