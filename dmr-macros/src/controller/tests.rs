//! The expansion of `#[controller]`. `just ui-bless` rewrites the expected code.

use expect_test::{Expect, expect};
use quote::quote;

use super::expand;

fn check(options: proc_macro2::TokenStream, item: &proc_macro2::TokenStream, expected: &Expect) {
    let code = expand(options, item);
    let file: syn::File = syn::parse2(code).expect("the expansion is Rust");
    expected.assert_eq(&prettyplease::unparse(&file));
}

#[test]
fn a_verb_a_hook_and_parameters() {
    let item = quote! {
        impl Controller for Users {
            /// List the users.
            ///
            /// All of them.
            async fn get(&self, page: Query<Page>, Headers(names): Headers<Names>) -> Result<Vec<User>, Error> {
                self.list(page, names)
            }

            fn ping_event(&self) -> Option<Json> {
                None
            }
        }
    };
    check(
        quote!(tags = ["users"]),
        &item,
        &expect![[r##"
            #[allow(unknown_lints, elided_lifetimes_in_paths, mismatched_lifetime_syntaxes)]
            impl Users {
                /// List the users.
                ///
                /// All of them.
                async fn get(
                    &self,
                    page: Query<Page>,
                    Headers(names): Headers<Names>,
                ) -> Result<Vec<User>, Error> {
                    self.list(page, names)
                }
            }
            impl Controller for Users {
                type Serializer = ::dmr::__private::SerdeJson;
                type ErrorModel = ::dmr::__private::ErrorModel;
                fn ping_event(&self) -> Option<Json> {
                    None
                }
            }
            #[allow(unknown_lints, elided_lifetimes_in_paths, mismatched_lifetime_syntaxes)]
            impl ::dmr::__private::Endpoints for Users {
                const NAME: &'static str = "Users";
                fn options(
                    &self,
                    __options: ::dmr::__private::ControllerOptions,
                ) -> ::dmr::__private::ControllerOptions {
                    __options.tags(["users"])
                }
                fn endpoints(&self, __endpoints: &mut ::dmr::__private::EndpointSet<'_, Self>) {
                    #[allow(unused_imports)]
                    use ::dmr::__private::{Infallible as _, PlainValue as _, Undocumented as _};
                    {
                        let __endpoint = __endpoints
                            .endpoint(
                                ::dmr::__private::Verb::Get,
                                "List the users.\n\nAll of them.",
                            );
                        let __endpoint = __endpoint.param::<Query<Page>>();
                        let __endpoint = __endpoint.param::<Headers<Names>>();
                        let __endpoint = __endpoint
                            .errors(
                                ::dmr::__private::ReturnType::<Result<Vec<User>, Error>>::new()
                                    .error_responses(),
                            );
                        (__endpoint)
                            .ready()
                            .handler(
                                ::dmr::__private::ReturnType::<Result<Vec<User>, Error>>::new()
                                    .attempt()
                                    .value()
                                    .kind::<Self>(),
                                |__this, (((), __argument0), __argument1), __reply| ::std::boxed::Box::pin(async move {
                                    let __attempt = ::dmr::__private::ReturnType::<
                                        Result<Vec<User>, Error>,
                                    >::new()
                                        .attempt();
                                    let __returned = Self::get(__this, __argument0, __argument1)
                                        .await;
                                    __attempt
                                        .value()
                                        .kind::<Self>()
                                        .answer(__attempt.split(__returned), __reply)
                                }),
                            );
                    }
                }
            }
        "##]],
    );
}

#[test]
fn modify_cfg_and_generics() {
    let item = quote! {
        impl<S: Serializer> Controller for api::Reusable<S>
        where
            S: Clone,
        {
            type Serializer = S;

            #[cfg(feature = "sign_up")]
            #[modify(status_code = StatusCode::ACCEPTED, deprecated)]
            pub async fn post(&self) {}
        }
    };
    check(
        quote!(crate = crate::framework),
        &item,
        &expect![[r##"
            #[allow(unknown_lints, elided_lifetimes_in_paths, mismatched_lifetime_syntaxes)]
            impl<S: Serializer> api::Reusable<S>
            where
                S: Clone,
            {
                #[cfg(feature = "sign_up")]
                pub async fn post(&self) {}
            }
            impl<S: Serializer> Controller for api::Reusable<S>
            where
                S: Clone,
            {
                type ErrorModel = crate::framework::__private::ErrorModel;
                type Serializer = S;
            }
            #[allow(unknown_lints, elided_lifetimes_in_paths, mismatched_lifetime_syntaxes)]
            impl<S: Serializer> crate::framework::__private::Endpoints for api::Reusable<S>
            where
                S: Clone,
            {
                const NAME: &'static str = "Reusable";
                fn options(
                    &self,
                    __options: crate::framework::__private::ControllerOptions,
                ) -> crate::framework::__private::ControllerOptions {
                    __options
                }
                fn endpoints(
                    &self,
                    __endpoints: &mut crate::framework::__private::EndpointSet<'_, Self>,
                ) {
                    #[allow(unused_imports)]
                    use crate::framework::__private::{
                        Infallible as _, PlainValue as _, Undocumented as _,
                    };
                    #[cfg(feature = "sign_up")]
                    {
                        let __endpoint = __endpoints
                            .endpoint(crate::framework::__private::Verb::Post, "");
                        let __endpoint = __endpoint
                            .modify(|__options| {
                                __options.status_code(StatusCode::ACCEPTED).deprecated(true)
                            });
                        let __endpoint = __endpoint
                            .errors(
                                crate::framework::__private::ReturnType::<()>::new()
                                    .error_responses(),
                            );
                        __endpoint
                            .ready()
                            .handler(
                                crate::framework::__private::ReturnType::<()>::new()
                                    .attempt()
                                    .value()
                                    .kind::<Self>(),
                                |__this, (), __reply| ::std::boxed::Box::pin(async move {
                                    let __attempt = crate::framework::__private::ReturnType::<
                                        (),
                                    >::new()
                                        .attempt();
                                    let __returned = Self::post(__this).await;
                                    __attempt
                                        .value()
                                        .kind::<Self>()
                                        .answer(__attempt.split(__returned), __reply)
                                }),
                            );
                    }
                }
            }
        "##]],
    );
}

#[test]
fn validate_with_specs() {
    let item = quote! {
        impl Controller for Users {
            #[validate(ResponseSpec::new::<User>(StatusCode::OK), NOT_FOUND, summary = "One user")]
            async fn get(&self) -> Response {
                self.one()
            }
        }
    };
    check(
        quote!(),
        &item,
        &expect![[r##"
            #[allow(unknown_lints, elided_lifetimes_in_paths, mismatched_lifetime_syntaxes)]
            impl Users {
                async fn get(&self) -> Response {
                    self.one()
                }
            }
            impl Controller for Users {
                type Serializer = ::dmr::__private::SerdeJson;
                type ErrorModel = ::dmr::__private::ErrorModel;
            }
            #[allow(unknown_lints, elided_lifetimes_in_paths, mismatched_lifetime_syntaxes)]
            impl ::dmr::__private::Endpoints for Users {
                const NAME: &'static str = "Users";
                fn options(
                    &self,
                    __options: ::dmr::__private::ControllerOptions,
                ) -> ::dmr::__private::ControllerOptions {
                    __options
                }
                fn endpoints(&self, __endpoints: &mut ::dmr::__private::EndpointSet<'_, Self>) {
                    #[allow(unused_imports)]
                    use ::dmr::__private::{Infallible as _, PlainValue as _, Undocumented as _};
                    {
                        let __endpoint = __endpoints.endpoint(::dmr::__private::Verb::Get, "");
                        let __endpoint = __endpoint
                            .validate(|__options| {
                                __options
                                    .response(ResponseSpec::new::<User>(StatusCode::OK))
                                    .response(NOT_FOUND)
                                    .summary("One user")
                            });
                        let __endpoint = __endpoint
                            .errors(
                                ::dmr::__private::ReturnType::<Response>::new().error_responses(),
                            );
                        __endpoint
                            .ready()
                            .handler(
                                ::dmr::__private::ReturnType::<Response>::new()
                                    .attempt()
                                    .value()
                                    .kind::<Self>(),
                                |__this, (), __reply| ::std::boxed::Box::pin(async move {
                                    let __attempt = ::dmr::__private::ReturnType::<Response>::new()
                                        .attempt();
                                    let __returned = Self::get(__this).await;
                                    __attempt
                                        .value()
                                        .kind::<Self>()
                                        .answer(__attempt.split(__returned), __reply)
                                }),
                            );
                    }
                }
            }
        "##]],
    );
}

#[test]
fn a_broken_verb_is_kept_and_its_siblings_are_registered() {
    let item = quote! {
        impl Controller for Users {
            fn get(&self) -> u32 {
                1
            }

            async fn put(&self) -> u32 {
                1
            }
        }
    };
    check(
        quote!(),
        &item,
        &expect![[r#"
            ::core::compile_error! {
                "endpoints are async: write `async fn get`"
            }
            #[allow(unknown_lints, elided_lifetimes_in_paths, mismatched_lifetime_syntaxes)]
            impl Users {
                fn get(&self) -> u32 {
                    1
                }
                async fn put(&self) -> u32 {
                    1
                }
            }
            impl Controller for Users {
                type Serializer = ::dmr::__private::SerdeJson;
                type ErrorModel = ::dmr::__private::ErrorModel;
            }
            #[allow(unknown_lints, elided_lifetimes_in_paths, mismatched_lifetime_syntaxes)]
            impl ::dmr::__private::Endpoints for Users {
                const NAME: &'static str = "Users";
                fn options(
                    &self,
                    __options: ::dmr::__private::ControllerOptions,
                ) -> ::dmr::__private::ControllerOptions {
                    __options
                }
                fn endpoints(&self, __endpoints: &mut ::dmr::__private::EndpointSet<'_, Self>) {
                    #[allow(unused_imports)]
                    use ::dmr::__private::{Infallible as _, PlainValue as _, Undocumented as _};
                    {
                        let __endpoint = __endpoints.endpoint(::dmr::__private::Verb::Put, "");
                        let __endpoint = __endpoint
                            .errors(::dmr::__private::ReturnType::<u32>::new().error_responses());
                        __endpoint
                            .ready()
                            .handler(
                                ::dmr::__private::ReturnType::<u32>::new()
                                    .attempt()
                                    .value()
                                    .kind::<Self>(),
                                |__this, (), __reply| ::std::boxed::Box::pin(async move {
                                    let __attempt = ::dmr::__private::ReturnType::<u32>::new()
                                        .attempt();
                                    let __returned = Self::put(__this).await;
                                    __attempt
                                        .value()
                                        .kind::<Self>()
                                        .answer(__attempt.split(__returned), __reply)
                                }),
                            );
                    }
                }
            }
        "#]],
    );
}

#[test]
fn what_is_no_impl_is_kept() {
    let item = quote!(
        struct Users;
    );
    check(
        quote!(),
        &item,
        &expect![[r#"
        ::core::compile_error! {
            "`#[controller]` goes on `impl Controller for X { … }`"
        }
        struct Users;
    "#]],
    );
}
