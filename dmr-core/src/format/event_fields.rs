//! Recognises certain types by their `Serialize`.
//!
//! Formats take any `T: Serialize`. Some types mean more to some formats: an
//! [`SseEvent`](super::SseEvent) has its own fields on the wire. Such a type serializes as a struct
//! with a name that no other type has, and a format looks for that name. For every other value the
//! reader gives up at the first call. The compiler can see that, and folds it.

use std::fmt;

use serde::Serialize;
use serde::ser::{Impossible, SerializeStruct, Serializer};

use crate::serializer::SerializeError;

/// The calls in which a reader is interested. By default, a reader is interested in none.
pub(crate) trait EventFields {
    fn none(&mut self) -> Result<(), NotFields> {
        Err(NotFields::Other)
    }

    fn some<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotFields> {
        let _ = value;
        Err(NotFields::Other)
    }

    fn text(&mut self, text: &str) -> Result<(), NotFields> {
        let _ = text;
        Err(NotFields::Other)
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<(), NotFields> {
        let _ = bytes;
        Err(NotFields::Other)
    }

    fn number(&mut self, number: u64) -> Result<(), NotFields> {
        let _ = number;
        Err(NotFields::Other)
    }

    /// Whether the reader wants the fields of a struct of this name.
    fn wants(&mut self, name: &'static str) -> bool {
        let _ = name;
        false
    }

    fn field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), NotFields> {
        let _ = (name, value);
        Err(NotFields::Other)
    }
}

/// Reads the fields of a value.
pub(crate) fn read_fields<T: Serialize + ?Sized>(
    value: &T,
    fields: &mut impl EventFields,
) -> Result<(), NotFields> {
    value.serialize(FieldReader(fields))
}

/// The reason why the fields of a value were not read.
#[derive(Debug)]
pub(crate) enum NotFields {
    /// The value is of another type.
    Other,
    /// The value is of the right type, but cannot be written.
    Unwritable(SerializeError),
}

impl fmt::Display for NotFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Other => f.write_str("something else"),
            Self::Unwritable(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for NotFields {}

impl serde::ser::Error for NotFields {
    fn custom<T: fmt::Display>(text: T) -> Self {
        Self::Unwritable(SerializeError::new(text.to_string()))
    }
}

impl From<SerializeError> for NotFields {
    fn from(error: SerializeError) -> Self {
        Self::Unwritable(error)
    }
}

struct FieldReader<'p, P>(&'p mut P);

impl<P: EventFields> SerializeStruct for FieldReader<'_, P> {
    type Ok = ();
    type Error = NotFields;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), NotFields> {
        self.0.field(name, value)
    }

    fn end(self) -> Result<(), NotFields> {
        Ok(())
    }
}

/// The calls that no reader is interested in.
macro_rules! something_else {
    ($($method:ident($($argument:ty),*) $(-> $output:ty)?;)*) => {
        $(
            fn $method(self, $(_: $argument),*) -> something_else!(@output $($output)?) {
                Err(NotFields::Other)
            }
        )*
    };
    (@output) => { Result<(), NotFields> };
    (@output $output:ty) => { Result<$output, NotFields> };
}

type Never = Impossible<(), NotFields>;

impl<P: EventFields> Serializer for FieldReader<'_, P> {
    type Ok = ();
    type Error = NotFields;
    type SerializeSeq = Never;
    type SerializeTuple = Never;
    type SerializeTupleStruct = Never;
    type SerializeTupleVariant = Never;
    type SerializeMap = Never;
    type SerializeStruct = Self;
    type SerializeStructVariant = Never;

    /// Types with two forms have a text for people, and one that is closer to their data.
    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_none(self) -> Result<(), NotFields> {
        self.0.none()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), NotFields> {
        self.0.some(value)
    }

    fn serialize_str(self, text: &str) -> Result<(), NotFields> {
        self.0.text(text)
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), NotFields> {
        self.0.bytes(bytes)
    }

    fn serialize_u64(self, number: u64) -> Result<(), NotFields> {
        self.0.number(number)
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Self, NotFields> {
        if self.0.wants(name) {
            Ok(self)
        } else {
            Err(NotFields::Other)
        }
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: &T,
    ) -> Result<(), NotFields> {
        Err(NotFields::Other)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), NotFields> {
        Err(NotFields::Other)
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, _: &T) -> Result<(), NotFields> {
        Err(NotFields::Other)
    }

    something_else! {
        serialize_bool(bool);
        serialize_i8(i8);
        serialize_i16(i16);
        serialize_i32(i32);
        serialize_i64(i64);
        serialize_u8(u8);
        serialize_u16(u16);
        serialize_u32(u32);
        serialize_f32(f32);
        serialize_f64(f64);
        serialize_char(char);
        serialize_unit();
        serialize_unit_struct(&'static str);
        serialize_unit_variant(&'static str, u32, &'static str);
        serialize_seq(Option<usize>) -> Never;
        serialize_tuple(usize) -> Never;
        serialize_tuple_struct(&'static str, usize) -> Never;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Never;
        serialize_map(Option<usize>) -> Never;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Never;
    }
}
