//! Finds OpenAPI documents that another router of the same `App` hides.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use actix_service::boxed::BoxServiceFactory;
use actix_web::Error;
use actix_web::dev::{AppService, ResourceDef, ResourceMap, ServiceRequest, ServiceResponse};
use dmr_core::Api;
use serde::Deserialize;

thread_local! {
    /// The documents of the last `App` that this thread has built. The default service identifies
    /// the `App`: each has its own, and a `Weak` keeps its address unique.
    static KNOWN: RefCell<(App, Vec<Known>)> = RefCell::default();
}

type App = Weak<BoxServiceFactory<(), ServiceRequest, ServiceResponse, Error, ()>>;

/// A document that has its path.
struct Known {
    path: String,
    title: String,
}

/// The document of a router that is mounted somewhere in an `App`.
#[derive(Clone)]
pub(crate) struct Document {
    app: App,
    path: String,
    title: String,
    node: Rc<ResourceMap>,
}

impl Document {
    pub(crate) fn new(api: &Api, path: &str, config: &AppService) -> Self {
        let mut node = ResourceMap::new(ResourceDef::new(path));
        // The end of the path is a child. Only so actix-web lets the node ask for its own place.
        node.add(&mut ResourceDef::new(""), None);
        Self {
            app: Rc::downgrade(&config.default_service()),
            path: path.to_owned(),
            title: title(api),
            node: Rc::new(node),
        }
    }

    /// The place of the document among the resources of the `App`.
    pub(crate) fn node(&self) -> Rc<ResourceMap> {
        Rc::clone(&self.node)
    }

    /// Notes the document of a router in the `App` itself. The error says that another router has
    /// the path.
    pub(crate) fn refuse_second(&self) -> Result<(), String> {
        self.note(&self.path).map_err(|other| {
            format!(
                "the routers `{other}` and `{}` of one `App` serve their OpenAPI documents at {}: \
                 join them with `Router::include`, or give one document another path with \
                 `OpenApi::path`",
                self.title, self.path
            )
        })
    }

    /// Notes the document of a router in a scope, once actix-web knows where the scope is. A
    /// second document of the same path is only logged: guards may tell the two scopes apart.
    pub(crate) fn warn_of_second(&self) {
        let Some(path) = self.node.match_pattern(&self.path) else {
            return;
        };
        if let Err(other) = self.note(&path) {
            tracing::error!(
                "the routers `{other}` and `{}` serve their OpenAPI documents at {path}, and only \
                 the first is seen, unless guards tell their scopes apart: join them with \
                 `Router::include`, or give one document another path with `OpenApi::path`",
                self.title
            );
        }
    }

    /// Notes the document at its full path, or returns the title of the one that has the path.
    fn note(&self, path: &str) -> Result<(), String> {
        KNOWN.with_borrow_mut(|(app, known)| {
            if !self.app.ptr_eq(app) {
                (*app, *known) = (self.app.clone(), Vec::new());
            }
            if let Some(other) = known.iter().find(|other| other.path == path) {
                return Err(other.title.clone());
            }
            known.push(Known {
                path: path.to_owned(),
                title: self.title.clone(),
            });
            Ok(())
        })
    }
}

/// The title of the API, by which the log names the router.
fn title(api: &Api) -> String {
    #[derive(Default, Deserialize)]
    struct Titled {
        info: Info,
    }

    #[derive(Default, Deserialize)]
    struct Info {
        title: String,
    }

    let document: Titled = serde_json::from_slice(api.openapi()).unwrap_or_default();
    document.info.title
}
