//! Forms with files, as a client encodes them.

/// A form for [`TestRequest::multipart`](super::TestRequest::multipart) (RFC 7578).
///
/// ```
/// use dmr_actix::test::MultipartForm;
///
/// let form = MultipartForm::new()
///     .text("title", "Emma")
///     .file("cover", "emma.png", "image/png", b"\x89PNG");
/// # let _ = form;
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "a form does nothing until it is sent"]
pub struct MultipartForm {
    /// The headers and the content of each part.
    parts: Vec<(String, Vec<u8>)>,
}

impl MultipartForm {
    /// A form without fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text field.
    pub fn text(mut self, name: &str, value: impl Into<String>) -> Self {
        let name = escape(name);
        let headers = format!("Content-Disposition: form-data; name=\"{name}\"\r\n");
        self.parts.push((headers, value.into().into_bytes()));
        self
    }

    /// Adds a file.
    pub fn file(
        mut self,
        name: &str,
        file_name: &str,
        content_type: &str,
        content: impl Into<Vec<u8>>,
    ) -> Self {
        let (name, file_name) = (escape(name), escape(file_name));
        let headers = format!(
            "Content-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\n\
             Content-Type: {content_type}\r\n"
        );
        self.parts.push((headers, content.into()));
        self
    }

    /// The content type and the body.
    pub(super) fn encode(&self) -> (String, Vec<u8>) {
        let boundary = self.boundary();
        let mut body = Vec::new();
        for (headers, content) in &self.parts {
            body.extend_from_slice(format!("--{boundary}\r\n{headers}\r\n").as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        (format!("multipart/form-data; boundary={boundary}"), body)
    }

    /// A boundary that no content contains.
    fn boundary(&self) -> String {
        let mut number = 0;
        loop {
            let boundary = format!("dmr-test-{number}");
            let contains = |content: &[u8]| {
                let mut windows = content.windows(boundary.len());
                windows.any(|window| window == boundary.as_bytes())
            };
            if !self.parts.iter().any(|(_, content)| contains(content)) {
                return boundary;
            }
            number += 1;
        }
    }
}

/// Escapes a name as browsers do.
fn escape(name: &str) -> String {
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}
