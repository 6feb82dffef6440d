//! Bodies whose framing is wrong, and texts that try to leave their place.

use super::*;

pub(super) fn multipart_bodies(suite: &mut Suite) {
    let part = |head: &str, content: &str| {
        format!("--b\r\nContent-Disposition: form-data; {head}\r\n\r\n{content}\r\n")
    };
    let title = part("name=\"title\"", "t");
    let file = part("name=\"file\"; filename=\"f\"", "x");
    suite.multipart("nothing", 400, "");
    suite.multipart("only the end", 400, "--b--\r\n");
    suite.multipart(
        "another boundary",
        400,
        format!("--c\r\n{title}{file}--c--\r\n"),
    );
    suite.multipart("no end", 400, format!("{title}{file}"));
    suite.multipart(
        "cut in the content",
        400,
        format!(
            "{title}--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\nx"
        ),
    );
    suite.multipart(
        "cut in the head",
        400,
        format!("{title}--b\r\nContent-Dispo"),
    );
    suite.multipart(
        "no name",
        400,
        format!("{title}{file}{}--b--\r\n", part("x=\"y\"", "1")),
    );
    suite.multipart(
        "no disposition",
        400,
        format!("{title}{file}--b\r\n\r\nx\r\n--b--\r\n"),
    );
    suite.multipart(
        "head without a colon",
        400,
        format!("{title}--b\r\nnonsense\r\n\r\nx\r\n--b--\r\n"),
    );
    suite.multipart("no file", 400, format!("{title}--b--\r\n"));
    suite.multipart("no title", 400, format!("{file}--b--\r\n"));
    suite.multipart(
        "empty file input",
        400,
        format!(
            "{title}{}--b--\r\n",
            part("name=\"file\"; filename=\"\"", "")
        ),
    );
    suite.multipart(
        "file as a field",
        400,
        format!("{title}{}--b--\r\n", part("name=\"file\"", "x")),
    );
    suite.multipart(
        "field as a file",
        400,
        format!(
            "{file}{}--b--\r\n",
            part("name=\"title\"; filename=\"t\"", "x")
        ),
    );
    suite.multipart(
        "a large file",
        400,
        format!(
            "{title}{}--b--\r\n",
            part("name=\"file\"; filename=\"f\"", &"x".repeat(101))
        ),
    );
    suite.multipart(
        "too many fields",
        413,
        format!("{title}{title}{title}{title}{file}--b--\r\n"),
    );
    suite.multipart(
        "too many files",
        413,
        format!("{title}{file}{file}{file}--b--\r\n"),
    );
    suite.multipart(
        "a long field",
        413,
        format!(
            "{}{file}--b--\r\n",
            part("name=\"title\"", &"t".repeat(1001))
        ),
    );
    suite.multipart("too long", 413, vec![b'x'; 400_001]);
    suite.multipart(
        "endless head of a part",
        400,
        [b"--b\r\nX: ".to_vec(), vec![b'a'; 350_000]].concat(),
    );
    suite.multipart("endless preamble", 400, vec![b'x'; 350_000]);
    let mut bytes = title.clone().into_bytes();
    bytes.extend_from_slice(
        b"--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n\xff\r\n",
    );
    bytes.extend_from_slice(format!("{file}--b--\r\n").as_bytes());
    suite.multipart("a field that is not UTF-8", 400, bytes);
    for content_type in [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\"",
        "multipart/mixed; boundary=b",
        "application/json",
    ] {
        let body = format!("{title}{file}--b--\r\n");
        let bytes = request(
            "POST",
            "/forms/",
            &[("Content-Type", content_type)],
            body.as_bytes(),
        );
        suite.raw(format!("multipart as {content_type}"), Model(400), bytes);
    }
}

/// Bytes that are hardly HTTP.
pub(super) fn framing(suite: &mut Suite) {
    let json = "Content-Type: application/json";
    let head = format!("POST /json/ HTTP/1.1\r\nHost: x\r\n{json}\r\n");
    suite.0.push(Wrong {
        name: "a body that is shorter than its Content-Length".to_owned(),
        bytes: format!("{head}Content-Length: 100\r\n\r\n{GOOD}").into_bytes(),
        ends: true,
        want: Any(&[0, 400]),
    });
    suite.raw(
        "a body that is longer than its Content-Length",
        Model(400),
        format!("{head}Content-Length: 5\r\n\r\n{GOOD}"),
    );
    for length in ["x", "-1", "1e3", "99999999999999999999", "5, 5", ""] {
        suite.raw(
            format!("Content-Length {length:?}"),
            Closed,
            format!("{head}Content-Length: {length}\r\n\r\n"),
        );
    }
    suite.raw(
        "two lengths",
        Closed,
        format!("{head}Content-Length: 5\r\nContent-Length: 6\r\n\r\n12345"),
    );
    suite.raw(
        "a length that is too large",
        Model(413),
        format!("{head}Content-Length: 5000\r\n\r\n"),
    );
    suite.raw(
        "chunks that are not chunks",
        Any(&[0, 400]),
        format!("{head}Transfer-Encoding: chunked\r\n\r\nxyz\r\n"),
    );
    suite.raw(
        "a chunk of a negative size",
        Any(&[0, 400]),
        format!("{head}Transfer-Encoding: chunked\r\n\r\n-1\r\n"),
    );
    suite.raw(
        "a chunk of an endless size",
        Any(&[0, 400]),
        format!("{head}Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n"),
    );
    let chunks = "400\r\n".to_owned() + &"x".repeat(0x400) + "\r\n";
    suite.raw(
        "too many chunks",
        Model(413),
        format!("{head}Transfer-Encoding: chunked\r\n\r\n{chunks}{chunks}0\r\n\r\n"),
    );
    for line in [
        "GET",
        "GET / HTTP/9.9",
        "GET  /",
        "\0\0\0",
        "GET /json/ HTTP/1.1\r\nno colon",
        "GET /json/ HTTP/1.1\r\n: x",
        "GET /a b HTTP/1.1",
    ] {
        suite.raw(format!("{line:?}"), Closed, format!("{line}\r\n\r\n"));
    }
    suite.raw(
        "a header with a NUL",
        Closed,
        "GET /texts/ HTTP/1.1\r\nHost: x\r\nA: \0\r\n\r\n",
    );
    suite.raw(
        "too many headers",
        Closed,
        format!("GET /texts/ HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(200)),
    );
    suite.raw(
        "an unknown path",
        Server(404),
        request("GET", "/none/", &[], b""),
    );
    for method in ["DELETE", "TRACE", "BREW", "post", "CONNECT"] {
        suite.raw(
            format!("the method {method}"),
            Any(&[405, 404, 400]),
            request(method, "/json/", &[], b""),
        );
    }
}

/// Values that try to leave the place where they are echoed.
pub(super) fn injections() -> Vec<String> {
    let payloads = [
        "%0d%0aX-Evil: 1",
        "%0aX-Evil: 1",
        "%0d%0a%0d%0a%3Cscript%3E",
        "a%00b",
        "%0d",
        "%C3%A9%E2%80%A8",
        "a;b,c%22d",
        "%0d%0aSet-Cookie: evil=1",
        "%E5%98%8A%E5%98%8DX-Evil: 1",
    ];
    let kinds = ["redirect", "cookie", "header", "body"];
    payloads
        .iter()
        .flat_map(|payload| {
            kinds
                .iter()
                .map(move |kind| (*kind, payload.replace(' ', "%20")))
        })
        .map(|(kind, payload)| format!("/echo/?text={kind}:{payload}"))
        .collect()
}
