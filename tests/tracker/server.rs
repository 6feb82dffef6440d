//! The server around the API.

use super::*;
use crate::browser::Browser;
use crate::client::Connection;
use crate::example::Example;

fn start(directory: &Directory) -> Example {
    let database = directory.path("tracker.sqlite");
    let origin = "https://tracker.example";
    Example::start(
        "tracker",
        &["--database", &database, "--origin", origin],
        &[],
    )
}

/// Registers a user and returns the header with the token.
fn log_in(example: &Example) -> String {
    let credentials = json!({"name": "ada", "password": PASSWORD}).to_string();
    let post = |path: &str| example.send_json("POST", path, &[], &credentials);
    assert_eq!(post("/api/register/").status, 201);
    let answer: Value = serde_json::from_str(&post("/api/login/").body).expect("JSON");
    format!("Bearer {}", answer["token"].as_str().expect("a token"))
}

#[test]
fn the_page_and_pages_of_other_origins() {
    let directory = Directory::new("tracker-server");
    let example = start(&directory);
    let page = example.get("/", &[]);
    let body = include_str!("../../examples/tracker/page/index.html");
    assert_eq!((page.status, page.body.as_str()), (200, body));
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");

    let preflight = |origin: &str| {
        let headers = [
            ("Origin", origin),
            ("Access-Control-Request-Method", "PATCH"),
            (
                "Access-Control-Request-Headers",
                "authorization,content-type",
            ),
        ];
        example.send("OPTIONS", "/api/projects/1/", &headers)
    };
    let allowed = preflight("https://tracker.example");
    assert_eq!((allowed.status, allowed.body.as_str()), (200, ""));
    let header = |name: &str| allowed.header(&format!("access-control-allow-{name}"));
    assert_eq!(header("origin"), "https://tracker.example");
    assert!(header("methods").contains("PATCH"), "{}", header("methods"));
    assert!(
        header("headers").contains("authorization"),
        "{}",
        header("headers")
    );
    assert_eq!(preflight("https://elsewhere.example").status, 400);

    // Errors have the headers too, so a page can read them.
    let refused = example.get("/api/users/", &[("Origin", "https://tracker.example")]);
    let unauthorized = r#"{"detail":[{"msg":"Not authenticated","type":"security"}]}"#;
    assert_eq!((refused.status, refused.body.as_str()), (401, unauthorized));
    let origin = refused.header("access-control-allow-origin");
    assert_eq!(origin, "https://tracker.example");
}

#[test]
fn a_browser_shows_the_docs() {
    let directory = Directory::new("tracker-docs-database");
    let example = start(&directory);
    let url = format!("http://{}/docs/", example.address);
    let Some(mut browser) = Browser::open("tracker-docs", &url) else {
        eprintln!("skipped: there is no browser");
        return;
    };
    browser.wait_for("document.querySelectorAll('summary').length", &json!(18));
    let login = "[...document.querySelectorAll('details')].map((one) => one.textContent) \
        .filter((text) => text.startsWith('POST/api/login/'))[0]";
    let login = browser.evaluate(login);
    let login = login.as_str().expect("a text");
    assert!(
        login.contains("Log in. The token is valid for a day."),
        "{login}"
    );
}

#[test]
fn a_server_that_stops_ends_the_streams() {
    let directory = Directory::new("tracker-stop");
    let mut example = start(&directory);
    let token = log_in(&example);
    let authorization = [("Authorization", token.as_str())];
    let post = |path: &str, body: &str| {
        let made = example.send_json("POST", path, &authorization, body);
        assert_eq!(made.status, 201, "{}", made.body);
    };
    post("/api/projects/", r#"{"name":"dmr"}"#);
    post(ISSUES, r#"{"title":"It is slow"}"#);
    let mut stream = Connection::open(&example.address);
    let head = format!(
        "GET {ISSUE}comments/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: {token}\r\n\r\n"
    );
    stream.write(head.as_bytes());
    assert_eq!(stream.head().0, 200);
    post(&format!("{ISSUE}comments/"), r#"{"text":"one"}"#);
    let event = "id: 1\r\ndata: {\"id\":1,\"author\":\"ada\",\"text\":\"one\"}\r\n\r\n";
    let chunk = stream.chunk().expect("not cut").expect("it goes on");
    assert_eq!(String::from_utf8_lossy(&chunk), event);
    example.terminate();
    assert_eq!(stream.chunk().expect("not cut"), None);
    assert!(example.stops_within(Duration::from_secs(10)));
}

#[test]
fn a_browser_shows_comments_as_they_come() {
    let directory = Directory::new("tracker-browser-database");
    let example = start(&directory);
    let url = format!("http://{}/", example.address);
    let Some(mut browser) = Browser::open("tracker-browser", &url) else {
        eprintln!("skipped: there is no browser");
        return;
    };
    let token = log_in(&example);
    let fill = |browser: &mut Browser, form: &str, fields: &Value| {
        let submit = format!(
            "for (const [name, value] of Object.entries({fields})) \
             document.querySelector(`#{form} [name=${{name}}]`).value = value; \
             document.querySelector('#{form} button').click()"
        );
        browser.evaluate(&submit);
    };
    fill(
        &mut browser,
        "login",
        &json!({"name": "ada", "password": PASSWORD}),
    );
    browser.wait_for("document.querySelector('main').hidden", &json!(false));
    fill(&mut browser, "new-project", &json!({"name": "dmr"}));
    browser.wait_for(
        "document.getElementById('project').textContent",
        &json!("dmr"),
    );
    fill(
        &mut browser,
        "new-issue",
        &json!({"title": "<b>It is slow"}),
    );
    let issues = "[...document.querySelectorAll('#issues button')].map((one) => one.innerText)";
    let listed = "document.querySelectorAll('#issues button').length";
    browser.wait_for(listed, &json!(1));
    let shown = browser.evaluate(issues);
    assert!(
        shown[0]
            .as_str()
            .is_some_and(|text| text.contains("<b>It is slow")),
        "{shown}"
    );

    browser.evaluate("document.querySelector('#issues button').click()");
    browser.wait_for(
        "document.getElementById('status').textContent",
        &json!("live"),
    );
    let comments = "[...document.querySelectorAll('#comments li')].map((one) => one.textContent)";
    fill(&mut browser, "new-comment", &json!({"text": "one"}));
    browser.wait_for(comments, &json!(["adaone"]));
    let comment = format!("{ISSUE}comments/");
    let authorization = [("Authorization", token.as_str())];
    example.send_json("POST", &comment, &authorization, r#"{"text":"<i>two"}"#);
    browser.wait_for(comments, &json!(["adaone", "ada<i>two"]));
}
