//! Tuples of components, for [dependencies](super::Dependency) that take several.

use super::{Component, Description, Rejection, Unbuildable};
use crate::request::Request;

impl Component for () {
    type Prepared = ();

    fn describe(_: &mut Description<'_>) -> Result<(), Unbuildable> {
        Ok(())
    }

    async fn extract((): &(), _: &mut Request) -> Result<(), Rejection> {
        Ok(())
    }
}

/// Lets all members describe themselves, and reports the problems of all members together.
macro_rules! tuple {
    ($($member:ident),+) => {
        impl<$($member: Component),+> Component for ($($member,)+) {
            type Prepared = ($($member::Prepared,)+);

            #[allow(non_snake_case, reason = "the members are named after their types")]
            fn describe(description: &mut Description<'_>) -> Result<Self::Prepared, Unbuildable> {
                $(let $member = $member::describe(description);)+
                Ok(($($member?,)+))
            }

            #[allow(non_snake_case, reason = "the members are named after their types")]
            async fn extract(
                ($($member,)+): &Self::Prepared,
                request: &mut Request,
            ) -> Result<Self, Rejection> {
                let mut invalid = Vec::new();
                $(
                    let $member = match $member::extract($member, request).await {
                        Ok(member) => Some(member),
                        Err(Rejection::Invalid(details)) => {
                            invalid.extend(details);
                            None
                        }
                        Err(failed) => return Err(failed),
                    };
                )+
                match ($($member,)+) {
                    ($(Some($member),)+) => Ok(($($member,)+)),
                    _ => Err(Rejection::Invalid(invalid)),
                }
            }
        }
    };
}

tuple!(A);
tuple!(A, B);
tuple!(A, B, C);
tuple!(A, B, C, D);
tuple!(A, B, C, D, E);
tuple!(A, B, C, D, E, F);
tuple!(A, B, C, D, E, F, G);
tuple!(A, B, C, D, E, F, G, H);
