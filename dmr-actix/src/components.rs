//! Components that only actix-web has.

use std::any::type_name;
use std::ops::Deref;

use actix_web::HttpMessage;
use actix_web::web::Data;
use dmr_core::component::{Component, Description, OptionalComponent, Rejection, Unbuildable};
use dmr_core::{Error, Request};

/// The request of actix-web. The document does not mention it.
///
/// As long as an endpoint or its stream holds it, the server cannot reuse the memory of the
/// request.
///
/// ```
/// use dmr_actix::HttpRequest;
///
/// async fn get(request: HttpRequest) -> Option<String> {
///     request.match_pattern()
/// }
/// ```
#[derive(Debug, Clone)]
pub struct HttpRequest(pub actix_web::HttpRequest);

impl HttpRequest {
    /// The request of actix-web, for an [`Auth`](dmr_core::auth::Auth) and for components. `None`
    /// if another server than actix-web runs the application.
    ///
    /// ```
    /// use actix_web::HttpMessage;
    /// use dmr_actix::HttpRequest;
    /// use dmr_core::Request;
    ///
    /// struct Session { user: String }
    ///
    /// /// The user that a middleware has found.
    /// fn user(request: &Request) -> Option<String> {
    ///     let extensions = HttpRequest::of(request)?.extensions();
    ///     Some(extensions.get::<Session>()?.user.clone())
    /// }
    /// ```
    pub fn of(request: &Request) -> Option<&actix_web::HttpRequest> {
        request.head().framework_request()?.downcast_ref()
    }
}

impl Deref for HttpRequest {
    type Target = actix_web::HttpRequest;

    fn deref(&self) -> &actix_web::HttpRequest {
        &self.0
    }
}

impl Component for HttpRequest {
    type Prepared = ();

    fn describe(_: &mut Description<'_>) -> Result<(), Unbuildable> {
        Ok(())
    }

    async fn extract((): &(), request: &mut Request) -> Result<Self, Rejection> {
        Ok(Self(of(request)?.clone()))
    }
}

/// A value that a middleware of actix-web left in the extensions of the request.
///
/// A request without the value is an internal error. `Option<Extension<T>>` is `None` then.
///
/// ```
/// use dmr_actix::Extension;
///
/// #[derive(Clone)]
/// struct TraceId(String);
///
/// async fn get(trace: Option<Extension<TraceId>>) -> String {
///     trace.map_or_else(String::new, |trace| trace.0.0)
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extension<T>(pub T);

impl<T> Deref for Extension<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Clone + 'static> Component for Extension<T> {
    type Prepared = ();

    fn describe(_: &mut Description<'_>) -> Result<(), Unbuildable> {
        Ok(())
    }

    async fn extract((): &(), request: &mut Request) -> Result<Self, Rejection> {
        let extension = Self::extract_optional(&(), request).await?;
        extension.ok_or_else(|| {
            let name = type_name::<T>();
            let text =
                format!("the request has no extension `{name}`: a middleware has to insert it");
            Error::internal(text).into()
        })
    }
}

impl<T: Clone + 'static> OptionalComponent for Extension<T> {
    async fn extract_optional((): &(), request: &mut Request) -> Result<Option<Self>, Rejection> {
        Ok(of(request)?.extensions().get().cloned().map(Self))
    }
}

/// A value that the surrounding `App` got with
/// [`app_data(Data::new(value))`](actix_web::App::app_data).
///
/// An `App` without the value is an internal error. Prefer a field of the controller, which cannot
/// be forgotten.
///
/// ```
/// use dmr_actix::AppData;
///
/// struct Motd(String);
///
/// async fn get(motd: AppData<Motd>) -> String {
///     motd.0.0.clone()
/// }
/// ```
#[derive(Debug)]
pub struct AppData<T>(pub Data<T>);

impl<T> Deref for AppData<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: 'static> Component for AppData<T> {
    type Prepared = ();

    fn describe(_: &mut Description<'_>) -> Result<(), Unbuildable> {
        Ok(())
    }

    async fn extract((): &(), request: &mut Request) -> Result<Self, Rejection> {
        let data = of(request)?.app_data::<Data<T>>();
        data.cloned().map(Self).ok_or_else(|| {
            let name = type_name::<T>();
            let text = format!("the `App` has no data `{name}`: write `.app_data(Data::new(…))`");
            Error::internal(text).into()
        })
    }
}

fn of(request: &Request) -> Result<&actix_web::HttpRequest, Rejection> {
    let request = HttpRequest::of(request);
    request.ok_or_else(|| Error::internal("the server is not actix-web").into())
}
