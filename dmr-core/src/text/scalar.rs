//! Reads scalars from text, by the same rules for serde and for the check against the schema.

/// A number or a boolean that can be read from text.
pub(super) trait Scalar: Sized {
    /// Reads a text. `None` if it is not of this type.
    fn parse(text: &str) -> Option<Self>;
}

macro_rules! by_from_str {
    ($($scalar:ty)*) => {
        $(
            impl Scalar for $scalar {
                fn parse(text: &str) -> Option<Self> {
                    text.parse().ok()
                }
            }
        )*
    };
}

by_from_str!(bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128);

impl Scalar for f64 {
    /// JSON has neither infinity nor NaN.
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok().filter(|number: &Self| number.is_finite())
    }
}
