//! The page for browsers, at paths that nothing else serves.

use std::fmt::Write;

use bytes::Bytes;
use http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use http::{HeaderMap, StatusCode};

use crate::endpoint::Metadata;
use crate::media_type::essence;
use crate::request::RequestHead;
use crate::respond::{HttpResponse, ResponseBody};
use crate::settings::OpenApi;

const STYLE: &str = "body{font:1rem/1.5 sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}\
    td{padding:.2rem 1rem .2rem 0;vertical-align:top}code{font-size:1rem}";

/// The page that lists the document and the operations. `/` and the directory of the document get
/// it with a 200. Any other path gets it with a 404, if the client asks for HTML.
pub(crate) struct FirstPage {
    /// The paths that get the page with a 200, without the slash at their end.
    paths: Vec<String>,
    found: Bytes,
    missing: Bytes,
}

impl FirstPage {
    /// `document` is the path of the OpenAPI document, if it is served.
    pub(crate) fn new<'e>(
        openapi: &OpenApi,
        document: Option<&str>,
        operations: impl Iterator<Item = (&'e str, &'e Metadata)>,
    ) -> Self {
        let listed = listed(document, operations);
        let page = |first: &str| page(openapi, first, &listed).into();
        let directory = document.and_then(|path| path.rsplit_once('/'));
        let directory = directory.map(|(directory, _)| directory.to_owned());
        Self {
            paths: [String::new()].into_iter().chain(directory).collect(),
            found: page("The server runs."),
            missing: page("Nothing is served at this path."),
        }
    }

    pub(crate) fn call(&self, head: &dyn RequestHead) -> HttpResponse {
        let path = head.path();
        let path = path.strip_suffix('/').unwrap_or(path);
        let is_read = matches!(head.method(), "GET" | "HEAD");
        if is_read && self.paths.iter().any(|known| known == path) {
            return html(StatusCode::OK, &self.found);
        }
        if is_read && accepts_html(head) {
            return html(StatusCode::NOT_FOUND, &self.missing);
        }
        HttpResponse::empty(StatusCode::NOT_FOUND)
    }
}

/// Whether the client asks for HTML by name, as browsers do. `*/*` is not enough.
fn accepts_html(head: &dyn RequestHead) -> bool {
    let mut accepts = false;
    head.header_values("accept", &mut |value| {
        let value = String::from_utf8_lossy(value);
        accepts |= value.split(',').any(|range| essence(range) == "text/html");
    });
    accepts
}

fn html(status: StatusCode, page: &Bytes) -> HttpResponse {
    let mut headers = HeaderMap::new();
    headers.insert(
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'"),
    );
    let content_type = HeaderValue::from_static("text/html; charset=utf-8");
    HttpResponse::new(
        status,
        content_type,
        headers,
        ResponseBody::whole(page.clone()),
    )
}

/// The link to the document, and the table of the operations that the document lists.
fn listed<'e>(
    document: Option<&str>,
    operations: impl Iterator<Item = (&'e str, &'e Metadata)>,
) -> String {
    let mut html = match document {
        Some(path) => format!("<p>The OpenAPI document: {}</p>\n", link(path)),
        None => {
            "<p>The OpenAPI document is not served: see <code>OpenApi::path</code>.</p>\n".into()
        }
    };
    html.push_str("<table>\n");
    for (path, metadata) in operations {
        if metadata.operation.hidden {
            continue;
        }
        let method = metadata.verb.method();
        let path = match method {
            "GET" if !path.contains('{') => link(path),
            _ => format!("<code>{}</code>", escaped(path)),
        };
        let summary = metadata.operation.summary.as_deref().unwrap_or_default();
        let summary = escaped(summary);
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            html,
            "<tr><td>{method}</td><td>{path}</td><td>{summary}</td></tr>"
        );
    }
    html.push_str("</table>\n");
    html
}

fn page(openapi: &OpenApi, first: &str, listed: &str) -> String {
    let (title, version) = (escaped(&openapi.title), escaped(&openapi.version));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <h1>{title} {version}</h1>\n<p>{first}</p>\n{listed}\
         <p>By default, this page is shown only in debug. <code>Settings::first_page</code> turns \
         it on and off. A route of your own takes its place.</p>\n</body>\n</html>\n"
    )
}

fn link(path: &str) -> String {
    let path = escaped(path);
    format!("<a href=\"{path}\"><code>{path}</code></a>")
}

/// A text in HTML.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            other => html.push(other),
        }
    }
    html
}
