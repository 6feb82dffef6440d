//! Bodies and texts whose values are wrong.

use super::*;

pub(super) fn json_bodies(suite: &mut Suite) {
    let whole = r#"{"email":"a","count":1,"lines":[{"id":1}],"size":"Small"}"#;
    for end in (1..whole.len()).step_by(2) {
        suite.json(400, &whole[..end]);
    }
    for body in [
        "",
        "null",
        "1",
        "\"x\"",
        "[]",
        "true",
        "{}",
        "nul",
        "{",
        "}",
        "[",
        "]",
        ",",
        "\u{feff}{}",
        r#"["a",1]"#,
        r#"{"email":"a","count":1}x"#,
        r#"{"email":"a","count":1}{}"#,
        r#"{"email":"a","count":1,}"#,
        r#"{"email":"a","email":"b","count":1}"#,
        r#"{"email":"a","count":1,"count":2}"#,
        r#"{email:"a","count":1}"#,
        r#"{'email':'a','count':1}"#,
        r#"{"email":"a","count":01}"#,
        r#"{"email":"a","count":+1}"#,
        r#"{"email":"a","count":1e400}"#,
        r#"{"email":"a","count":-1e400}"#,
        r#"{"email":"a","count":NaN}"#,
        r#"{"email":"a","count":Infinity}"#,
        r#"{"email":"a","count":0}"#,
        r#"{"email":"a","count":10}"#,
        r#"{"email":"a","count":1.5}"#,
        r#"{"email":"a","count":"1"}"#,
        r#"{"email":"a","count":null}"#,
        r#"{"email":"a","count":true}"#,
        r#"{"email":"a","count":[1]}"#,
        r#"{"email":"a","count":99999999999999999999}"#,
        r#"{"email":"a","count":9223372036854775808}"#,
        r#"{"email":1,"count":1}"#,
        r#"{"email":null,"count":1}"#,
        r#"{"email":{},"count":1}"#,
        r#"{"email":"a","count":1,"share":256}"#,
        r#"{"email":"a","count":1,"share":-1}"#,
        r#"{"email":"a","count":1,"price":"1"}"#,
        r#"{"email":"a","count":1,"price":1e999}"#,
        r#"{"email":"a","count":1,"size":"Huge"}"#,
        r#"{"email":"a","count":1,"size":"small"}"#,
        r#"{"email":"a","count":1,"size":{"Small":null}}"#,
        r#"{"email":"a","count":1,"size":0}"#,
        r#"{"email":"a","count":1,"size":["Small"]}"#,
        r#"{"email":"a","count":1,"lines":{}}"#,
        r#"{"email":"a","count":1,"lines":[[1]]}"#,
        r#"{"email":"a","count":1,"lines":[{"id":1,"x":1}]}"#,
        r#"{"email":"a","count":1,"lines":[{"id":1},{"id":1},{"id":1},{"id":1}]}"#,
        r#"{"email":"\ud800","count":1}"#,
        r#"{"email":"\udc00\ud800","count":1}"#,
        r#"{"email":"\x","count":1}"#,
        r#"{"email":"\u12","count":1}"#,
        "{\"email\":\"a\nb\",\"count\":1}",
        "{\"email\":\"a\0b\",\"count\":1}",
        "\0",
        "{\"email\":\"a\",\"count\":1}\0",
    ] {
        suite.json(400, body);
    }
    for body in [
        &b"\xff"[..],
        b"{\"email\":\"\xc3\",\"count\":1}",
        b"\xed\xa0\x80",
        b"{\"\xf8\":1}",
    ] {
        suite.json(400, body);
    }
    for depth in [127, 128, 200, 900] {
        suite.json(400, "[".repeat(depth));
        suite.json(
            400,
            format!("{{\"x\":{}1{}}}", "[".repeat(depth), "]".repeat(depth)),
        );
    }
    suite.json(
        400,
        format!("{{\"email\":\"a\",\"count\":{}}}", "9".repeat(400)),
    );
    suite.json(
        413,
        format!("{{\"email\":\"{}\",\"count\":1}}", "a".repeat(2000)),
    );
    suite.json(413, vec![b' '; 2001]);
    for content_type in [
        "text/plain",
        "application/xml",
        "*/*",
        "application/*",
        "json",
        "",
        ";",
        "application/json; charset=utf-16",
        "application/json; charset=latin1",
        "application/json;charset=\"iso-8859-1\"",
        "application//json",
        "application/json, text/plain",
        "multipart/form-data",
        "application/jsonp",
        "\"application/json\"",
    ] {
        let bytes = request(
            "POST",
            "/json/",
            &[("Content-Type", content_type)],
            GOOD.as_bytes(),
        );
        suite.raw(format!("content type {content_type:?}"), Model(400), bytes);
    }
    for accept in [
        "",
        "x",
        "text/html",
        "application/json;q=0",
        "*/*;q=0",
        ";;;",
        "a/b/c",
        "\u{e9}/\u{e9}",
    ] {
        let headers = [("Content-Type", "application/json"), ("Accept", accept)];
        let bytes = request("POST", "/json/", &headers, GOOD.as_bytes());
        suite.raw(format!("accept {accept:?}"), Model(406), bytes);
    }
}

pub(super) fn message_pack_bodies(suite: &mut Suite) {
    suite.packed(400, b"");
    let good = rmp_serde::to_vec_named(&serde_json::json!({"email": "a", "count": 1}));
    let good = good.expect("it can be packed");
    for end in 1..good.len() {
        suite.packed(400, &good[..end]);
    }
    suite.packed(400, &[&good[..], b"\xc0"].concat());
    for body in [
        &b"\xc1"[..],
        b"\xc0",
        b"\x92\xa1a\x01",
        b"\xdf\xff\xff\xff\xff",
        b"\xdd\xff\xff\xff\xff",
        b"\xdb\xff\xff\xff\xff",
        b"\xc6\xff\xff\xff\xff",
        b"\x82\xa5email\xa1\xff\xa5count\x01",
        b"\x82\xa5email\xc4\x01a\xa5count\x01",
        b"\x82\xa5email\xa1a\xa5count\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00",
        b"\x82\xa5email\xa1a\xa5count\xd4\x01\x01",
    ] {
        suite.packed(400, body);
    }
    suite.packed(400, &[0x91; 1000]);
    suite.packed(413, &[0xc0; 2001]);
}

pub(super) fn texts(suite: &mut Suite) {
    for (name, value) in [
        ("id", "x"),
        ("id", "-1"),
        ("id", "4294967296"),
        ("id", "1.0"),
        ("id", "0x1"),
        ("id", "null"),
        ("id", "%31%zz"),
        ("tags", "1,x"),
        ("tags", "1,,2"),
        ("tags", "1%"),
        ("parent", "NULL"),
        ("parent", "-1"),
        ("parent", "18446744073709551616"),
        ("flag", "1"),
        ("flag", "TRUE"),
        ("flag", "yes"),
        ("share", "x"),
        ("share", "NaN"),
        ("share", "inf"),
        ("share", "1e999"),
        ("list", "256"),
        ("list", "a"),
        ("name", "123456"),
    ] {
        // Headers and cookies are not percent-encoded in the same way, so these values may be valid
        // there.
        if value.contains('%') {
            let path = format!("/texts/?id=1&{name}={value}");
            suite.raw(
                format!("query {name}={value}"),
                Model(400),
                request("GET", &path, &[], b""),
            );
            suite.form(value, 400, format!("id=1&{name}={value}").as_bytes());
        } else {
            suite.text(name, value);
        }
    }
    for query in [
        "",
        "id",
        "id=",
        "ID=1",
        "id=%",
        "id=%4",
        "id=1&name=%ff",
        "%ff=1&id=1",
        "id=1&%=x",
        "id=1&name=%c3",
    ] {
        let path = format!("/texts/?{query}");
        suite.raw(
            format!("query {query}"),
            Model(400),
            request("GET", &path, &[], b""),
        );
        suite.form(query, 400, query.as_bytes());
    }
    suite.form("bytes", 400, b"id=1&name=\xff");
    suite.form("too many fields", 413, "a=1&".repeat(30).as_bytes());
    suite.form("too long", 413, "a".repeat(2001).as_bytes());
    let many = format!("/texts/?id=1{}", "&a=1".repeat(30));
    suite.raw(
        "query with too many fields",
        Model(400),
        request("GET", &many, &[], b""),
    );
    let headers = [(
        "Content-Type",
        "application/x-www-form-urlencoded; charset=latin1",
    )];
    suite.raw(
        "form in latin1",
        Model(400),
        request("POST", "/texts/", &headers, b"id=1"),
    );

    for bytes in [&b"id: \xff"[..], b"id: 1\r\nname: \xc3\x28"] {
        let mut raw = b"PUT /texts/ HTTP/1.1\r\nHost: x\r\n".to_vec();
        raw.extend_from_slice(bytes);
        raw.extend_from_slice(b"\r\n\r\n");
        suite.raw("header that is not UTF-8", Model(400), raw);
    }
    for bytes in [&b"id=\xff"[..], b"\xff=1", b"id=1; name=\xc3"] {
        let mut raw = b"PATCH /texts/ HTTP/1.1\r\nHost: x\r\nCookie: ".to_vec();
        raw.extend_from_slice(bytes);
        raw.extend_from_slice(b"\r\n\r\n");
        suite.raw("cookie that is not UTF-8", Model(400), raw);
    }
    for cookie in ["", "id", "=1", ";;;", "Id=1", "id =x"] {
        let bytes = request("PATCH", "/texts/", &[("Cookie", cookie)], b"");
        suite.raw(format!("cookie {cookie:?}"), Model(400), bytes);
    }
    let long = format!("id=x; {}", "a=b; ".repeat(2000));
    let bytes = request("PATCH", "/texts/", &[("Cookie", &long)], b"");
    suite.raw("a long cookie", Model(400), bytes);

    for path in [
        "/paths/x/a/",
        "/paths/-1/a/",
        "/paths/4294967296/a/",
        "/paths/1%2F/a/",
        "/paths/%00/a/",
        "/paths/%31x/a/",
        "/paths/1/%ff/",
        "/paths/1/%c3%28/",
        "/paths/%ed%a0%80/a/",
        "/paths/1.0/a/",
        "/paths/%2e/a/",
    ] {
        suite.raw(
            format!("path {path}"),
            Model(400),
            request("GET", path, &[], b""),
        );
    }
}
