//! A second adapter: dmr on hyper, with a router of regular expressions. It does not support
//! layers, which are those of actix-web.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::TcpListener;
use std::sync::Arc;

use bytes::Bytes;
use dmr::adapter::{RequestBodyError, RequestHead, ResponseBody, Route};
use dmr::{Api, Request, Router};
use futures_util::StreamExt;
use http_body_util::BodyStream;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use regex::Regex;
use tokio::task::LocalSet;

/// Serves a router in a thread until the process ends, and returns its address.
pub(crate) fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound").to_string();
    let api = router.build().expect("the router is right");
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        LocalSet::new().block_on(&runtime.expect("a runtime"), accept(listener, &api));
    });
    address
}

async fn accept(listener: TcpListener, api: &Api) {
    let routes: Arc<[_]> = api.routes().iter().map(pattern).collect();
    listener.set_nonblocking(true).expect("it can wait");
    let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
    while let Ok((stream, _)) = listener.accept().await {
        let routes = Arc::clone(&routes);
        tokio::task::spawn_local(async move {
            let service = service_fn(|request| {
                let routes = Arc::clone(&routes);
                async move { Ok::<_, Infallible>(call(&routes, request).await) }
            });
            // A client that leaves, or an aborted body, ends the connection.
            let _ = http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

/// A route, and the regular expression of its path: `{id}` is a group.
fn pattern(route: &Arc<Route>) -> (Regex, Arc<Route>) {
    let parameter = Regex::new(r"\\\{(\w+)\\\}").expect("an expression");
    let escaped = regex::escape(route.path());
    let groups = parameter.replace_all(&escaped, "(?P<$1>[^/]+)");
    let end = if route.is_prefix() { "(?:/|$)" } else { "$" };
    let regex = Regex::new(&format!("^{groups}{end}")).expect("a path");
    (regex, Arc::clone(route))
}

async fn call(
    routes: &[(Regex, Arc<Route>)],
    request: hyper::Request<Incoming>,
) -> http::Response<ResponseBody> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    let found = routes
        .iter()
        .find_map(|(regex, route)| Some((route, parameters(regex, path)?)));
    let Some((route, parameters)) = found else {
        let mut response = http::Response::new(Bytes::new().into());
        *response.status_mut() = http::StatusCode::NOT_FOUND;
        return response;
    };
    let body = BodyStream::new(body).filter_map(async |frame| match frame {
        Ok(frame) => frame.into_data().ok().map(Ok),
        Err(error) => Some(Err(RequestBodyError::new(error))),
    });
    let request = Request::new(Head { parts, parameters }).body(Box::pin(body));
    route.call(request).await.into()
}

fn parameters(regex: &Regex, path: &str) -> Option<HashMap<String, String>> {
    let found = regex.captures(path)?;
    let names = regex.capture_names().flatten();
    Some(
        names
            .map(|name| (name.to_owned(), found[name].to_owned()))
            .collect(),
    )
}

/// The head of a request of hyper.
struct Head {
    parts: http::request::Parts,
    parameters: HashMap<String, String>,
}

impl RequestHead for Head {
    fn method(&self) -> &str {
        self.parts.method.as_str()
    }

    fn path(&self) -> &str {
        self.parts.uri.path()
    }

    fn path_parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    fn query(&self) -> &str {
        self.parts.uri.query().unwrap_or_default()
    }

    fn header(&self, name: &str) -> Option<&[u8]> {
        Some(self.parts.headers.get(name)?.as_bytes())
    }

    fn header_values<'h>(&'h self, name: &str, each: &mut dyn FnMut(&'h [u8])) {
        let values = self.parts.headers.get_all(name).iter();
        values.for_each(|value| each(value.as_bytes()));
    }

    fn headers(&self, each: &mut dyn FnMut(&str, &[u8])) {
        for (name, value) in &self.parts.headers {
            each(name.as_str(), value.as_bytes());
        }
    }
}
