//! Components.

use super::*;

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Order {
    Up,
    Down,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Filter {
    q: String,
    #[schemars(range(min = 1))]
    #[serde(default = "one")]
    page: u8,
    #[serde(default)]
    tags: Vec<i64>,
    order: Option<Order>,
}

fn one() -> u8 {
    1
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Meta {
    #[serde(rename = "X-API-Token")]
    token: String,
    #[serde(rename = "X-Limit")]
    limit: Option<u32>,
}

struct Echo;

#[controller]
impl Controller for Echo {
    async fn get(&self, filter: Query<Filter>, meta: Headers<Meta>) -> Json {
        Json(json!([filter.0, meta.0]))
    }
}

const TOKEN: (&str, &str) = ("x-api-token", "t");

#[test]
fn text_becomes_the_types_of_the_fields() {
    let response = send(
        &serve_one(Echo),
        "GET",
        "/?q=a&tags=1&q=b+%C3%A9&tags=-2&page=2&order=down",
        &[("X-LIMIT", "7"), TOKEN],
    );
    assert_eq!(
        response.body,
        "[{\"q\":\"b é\",\"page\":2,\"tags\":[1,-2],\"order\":\"down\"},\
         {\"X-API-Token\":\"t\",\"X-Limit\":7}]"
    );
}

#[test]
fn headers_of_one_name_are_joined() {
    let headers = [TOKEN, ("X-API-TOKEN", "u"), ("X-Api-Token", "v, w")];
    let response = send(&serve_one(Echo), "GET", "/?q=a", &headers);
    assert!(
        response.body.contains(r#""X-API-Token":"t,u,v, w""#),
        "{}",
        response.body
    );
}

#[test]
fn every_error_of_every_component_in_order() {
    let address = serve_one(Echo);
    let path = "/?page=300&tags=1&tags=x&order=left&other=1";
    let response = send(&address, "GET", path, &[("X-Limit", "-1")]);
    assert_eq!(response.status, 400);
    assert_eq!(
        texts(&response.body),
        [
            "Object contains unknown field `other` - at `$.parsed_query`",
            "Object missing required field `q` - at `$.parsed_query`",
            "Expected `int` <= 255 - at `$.parsed_query.page`",
            "Expected `int`, got `str` - at `$.parsed_query.tags[1]`",
            "Invalid enum value 'left' - at `$.parsed_query.order`",
            "Object missing required field `X-API-Token` - at `$.parsed_headers`",
            "Expected `int` >= 0 - at `$.parsed_headers.X-Limit`",
        ]
    );
    // A constraint that the type does not prove.
    let response = send(&address, "GET", "/?q=a&page=0", &[TOKEN]);
    assert_eq!(
        texts(&response.body),
        ["Expected `int` >= 1 - at `$.parsed_query.page`"]
    );
}

#[test]
fn locations_are_added_where_asked_for() {
    let settings = settings().error_locations(true);
    let address = serve(Router::new("").settings(settings).route("", Echo));
    let response = send(&address, "GET", "/?tags=1&tags=x", &[]);
    assert_eq!(
        response.body,
        "{\"detail\":[\
         {\"msg\":\"Object missing required field `q` - at `$.parsed_query`\",\
         \"loc\":[\"parsed_query\",\"q\"],\"type\":\"value_error\"},\
         {\"msg\":\"Expected `int`, got `str` - at `$.parsed_query.tags[1]`\",\
         \"loc\":[\"parsed_query\",\"tags\",1],\"type\":\"value_error\"},\
         {\"msg\":\"Object missing required field `X-API-Token` - at `$.parsed_headers`\",\
         \"loc\":[\"parsed_headers\",\"X-API-Token\"],\"type\":\"value_error\"}]}"
    );
}

/// No request may panic or be a 500. actix closes the connections of requests that it refuses
/// itself.
#[test]
fn malformed_requests_are_refused() {
    let address = serve_one(Echo);
    let many = "a&".repeat(60_000);
    let more = "a=1&".repeat(100_000);
    let head = |line: &str, headers: &[u8]| {
        let mut request = format!("{line}\r\nHost: localhost\r\n").into_bytes();
        request.extend_from_slice(headers);
        request.extend_from_slice(b"\r\n");
        request
    };
    let target = |target: &str| head(&format!("GET {target} HTTP/1.1"), b"X-API-Token: t\r\n");
    let get = |headers: &[u8]| head("GET /?q=a HTTP/1.1", headers);
    let huge = [b"X-API-Token: ".as_slice(), &b"t".repeat(1 << 20), b"\r\n"].concat();
    let accept = [
        b"X-API-Token: t\r\nAccept: ".as_slice(),
        &b"\",;q=".repeat(4096),
        b"\r\n",
    ]
    .concat();
    let requests = [
        get(b"X-API-Token: \xff\xfe\r\n"),
        get(b"X-API-Token: t\r\nX-Limit: \xc3\r\n"),
        get(&huge),
        get(&accept),
        get(b"X-API-Token: t\r\nAccept: \xff\r\n"),
        get(b"X-API-Token: t\r\nContent-Length: -1\r\n"),
        get(b"X-API-Token: t\r\nContent-Length: 1\r\nContent-Length: 2\r\n"),
        get(b"X-API-Token t\r\n"),
        get(b"X API Token: t\r\n"),
        target(&format!("/?{many}")),
        target(&format!("/?{more}")),
        target(&format!("/?q={}", "%41".repeat(100_000))),
        target("/?q=%zz"),
        target("/?q=%4"),
        target("/?q=%"),
        target("/?q=%ff"),
        target("/?q=%c3%28"),
        target("/?%ff=1"),
        target("/?q=a&page=99999999999999999999999999"),
        target("/?q=a&page=1e400"),
        target("/?q=a&tags=%00"),
        target("/?q=a&order=%F0%9F%92%A9"),
        head("GET /?q=a HTTP/9.9", b""),
        head("GET", b""),
        head(&format!("{} / HTTP/1.1", "X".repeat(10_000)), b""),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".repeat(100),
    ];
    for request in requests {
        let mut connection = Connection::open(&address);
        // The server may close the connection before it has read everything.
        let _ = connection.try_write(&request);
        let (status, headers) = connection.head();
        let start = String::from_utf8_lossy(&request[..request.len().min(60)]).into_owned();
        // A request longer than any head that actix reads may be cut off while it is being
        // sent.
        let cut = status == 0 && request.len() > 128 * 1024;
        assert!(cut || (400..500).contains(&status), "{status} for {start}");
        if headers.contains_key("content-type") {
            assert_eq!(headers["content-type"], "application/json", "{start}");
        }
    }
    // A garbage chunked body, which this endpoint does not read.
    let mut connection = Connection::open(&address);
    let chunked = b"X-API-Token: t\r\nTransfer-Encoding: chunked\r\n";
    connection.write(&head("GET /?q=a HTTP/1.1", chunked));
    let _ = connection.try_write(b"zzz\r\nnot a chunk\r\n");
    assert!(connection.head().0 < 500);

    let response = send(&address, "GET", "/?q=still+there", &[TOKEN]);
    assert_eq!(response.status, 200);
}

#[test]
fn what_is_no_text_is_named() {
    let mut connection = Connection::open(&serve_one(Echo));
    connection.write(
        b"GET /?q=%zz HTTP/1.1\r\nHost: localhost\r\nX-API-Token: \xff\r\nX-Limit: 1\r\n\r\n",
    );
    assert_eq!(
        texts(&connection.response().body),
        [
            "Invalid percent-encoding in '%zz' - at `$.parsed_query`",
            "Expected `str`, got bytes that are not UTF-8 - at `$.parsed_headers.X-API-Token`",
        ]
    );
}

#[test]
fn a_query_has_only_so_many_fields() {
    let address = serve_one(Echo);
    let response = send(
        &address,
        "GET",
        &format!("/?{}", "q=1&".repeat(1001)),
        &[TOKEN],
    );
    assert_eq!(response.status, 400);
    assert_eq!(
        texts(&response.body),
        ["Expected no more than 1000 query fields - at `$.parsed_query`"]
    );
    let response = send(
        &address,
        "GET",
        &format!("/?{}", "q=1&".repeat(1000)),
        &[TOKEN],
    );
    assert_eq!(response.status, 200);
}

struct Sum;

#[controller]
impl Controller for Sum {
    async fn post(&self, Body(numbers): Body<Vec<i64>>) -> i64 {
        numbers.into_iter().sum()
    }
}

#[test]
fn a_response_lists_only_so_many_problems() {
    let address = serve_one(Sum);
    let json = [("Content-Type", "application/json")];
    for (wrong, more) in [(1000, 0), (1001, 1), (9000, 1)] {
        let body = format!("[{}1]", "\"x\",".repeat(wrong));
        let response = send_body(&address, "POST", "/", &json, body.as_bytes());
        assert_eq!(response.status, 400);
        let mut expected: Vec<String> = (0..1000)
            .map(|index| format!("Expected `int`, got `str` - at `$.parsed_body[{index}]`"))
            .collect();
        expected
            .extend((0..more).map(|_| "There are more problems, which are not listed".to_owned()));
        assert_eq!(texts(&response.body), expected);
    }
}
