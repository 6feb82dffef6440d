//! `TestClient`: open streams, forms, files, and who is asking.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use dmr::auth::{Auth, AuthOverride, Principal, SecurityScheme};
use dmr::component::{PeerAddr, UploadedFile};
use dmr::serializer::{Form, Multipart};
use dmr::stream::{Events, events};
use dmr::test::{MultipartForm, TestClient};
use dmr::{
    Body, Controller, Cookies, Error, Files, JsonLines, NewCookie, Query, Request, ResponseSpec,
    Router, Sse, StatusCode, controller,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Notes that it was dropped.
struct Left(Arc<AtomicBool>);

impl Drop for Left {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

struct Endless {
    left: Arc<AtomicBool>,
}

#[controller]
impl Controller for Endless {
    async fn get(&self) -> JsonLines<'_, u32> {
        let left = Left(Arc::clone(&self.left));
        events! {
            let _left = left;
            yield 1;
            yield 2;
            std::future::pending::<()>().await;
        }
    }
}

#[actix_web::test]
async fn an_open_stream_is_read_and_dropped() {
    let left = Arc::new(AtomicBool::new(false));
    let endless = Endless {
        left: Arc::clone(&left),
    };
    let client = TestClient::new(Router::new("").route("x/", endless)).await;
    let client = client.expect("it is right");
    let stream = client.get("/x/").open().await;
    assert_eq!(stream.status(), 200);
    let mut lines = stream.lines::<u32>();
    assert_eq!(lines.next().await, Some(1));
    assert_eq!(lines.next().await, Some(2));
    assert!(!left.load(Ordering::SeqCst));
    drop(lines);
    assert!(left.load(Ordering::SeqCst));
}

#[actix_web::test]
#[should_panic(expected = "the application answers before the deadline")]
async fn a_deadline() {
    let endless = Endless {
        left: Arc::default(),
    };
    let client = TestClient::new(Router::new("").route("x/", endless)).await;
    let client = client.expect("it is right");
    let stream = client
        .get("/x/")
        .deadline(Duration::from_millis(1))
        .open()
        .await;
    stream.lines::<u32>().rest().await;
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Note {
    text: String,
}

struct Notes;

#[controller]
impl Controller for Notes {
    async fn get(&self) -> Sse<'_, Note> {
        events! {
            yield Note { text: "one".to_owned() };
            yield Note { text: "two".to_owned() };
        }
    }
}

#[actix_web::test]
async fn server_sent_events() {
    let client = TestClient::new(Router::new("").route("x/", Notes)).await;
    let client = client.expect("it is right");
    let mut events = client.get("/x/").open().await.events::<Note>();
    assert_eq!(events.next().await.expect("an event").data.text, "one");
    let rest: Vec<_> = events
        .rest()
        .await
        .into_iter()
        .map(|event| event.data.text)
        .collect();
    assert_eq!(rest, ["two"]);
}

struct Broken;

#[controller]
impl Controller for Broken {
    async fn get(&self) -> JsonLines<'_, u32> {
        Events::generate(async |out| {
            out.send(1).await;
            Err(std::io::Error::other("no more").into())
        })
    }
}

#[actix_web::test]
async fn a_stream_that_is_aborted() {
    let client = TestClient::new(Router::new("").route("x/", Broken)).await;
    let client = client.expect("it is right");
    let mut lines = client.get("/x/").open().await.lines::<u32>();
    assert_eq!(lines.try_next().await.expect("a line"), Some(1));
    assert!(lines.try_next().await.is_err());
}

#[derive(Deserialize, JsonSchema)]
struct Search {
    tag: Vec<String>,
}

#[derive(Deserialize, JsonSchema)]
struct Login {
    name: String,
}

#[derive(Deserialize, JsonSchema)]
struct Session {
    session: String,
}

struct Forms;

#[controller(parsers = [Form])]
impl Controller for Forms {
    async fn get(&self, query: Query<Search>, cookies: Cookies<Session>, peer: PeerAddr) -> Value {
        json!([query.tag, cookies.session, peer.to_string()])
    }

    #[modify(cookies = [NewCookie::new("session", "7")])]
    async fn post(&self, login: Body<Login>) -> String {
        login.0.name
    }
}

#[derive(Deserialize, JsonSchema)]
struct Cover {
    cover: UploadedFile,
}

struct Covers;

#[controller(parsers = [Multipart])]
impl Controller for Covers {
    async fn put(&self, title: Body<Login>, Files(upload): Files<Cover>) -> Result<Value, Error> {
        let metadata = upload.cover.metadata.clone();
        let size = metadata.size;
        Ok(json!([title.name, metadata.name, size]))
    }
}

#[actix_web::test]
async fn queries_cookies_peers_forms_and_files() {
    let router = Router::new("")
        .route("forms/", Forms)
        .route("covers/", Covers);
    let client = TestClient::new(router).await.expect("it is right");

    let login = client
        .post("/forms/")
        .form(&[("name", "a & b")])
        .send()
        .await;
    assert_eq!(login.json::<String>(), "a & b");
    let session = login.cookie("session").expect("a cookie");
    let request = client
        .get("/forms/")
        .query(&[("tag", "new"), ("tag", "a & b")])
        .cookie("session", session)
        .peer_addr(([192, 0, 2, 1], 80).into());
    let expected = json!([["new", "a & b"], "7", "192.0.2.1:80"]);
    assert_eq!(request.send().await.json::<Value>(), expected);

    let form = MultipartForm::new().text("name", "Emma").file(
        "cover",
        "a\"b.png",
        "image/png",
        *b"--dmr-test-0",
    );
    let response = client.put("/covers/").multipart(&form).send().await;
    assert_eq!(response.json::<Value>(), json!(["Emma", "a%22b.png", 12]));
}

#[derive(Clone)]
struct User {
    name: &'static str,
    is_admin: bool,
}

#[derive(Clone)]
struct Machine(&'static str);

/// Users, or only administrators.
struct Users {
    only_admins: bool,
}

impl Auth for Users {
    type Principal = User;

    async fn authenticate(&self, _: &Request) -> Result<Option<User>, Error> {
        Ok(None)
    }

    async fn authorize(&self, user: &User) -> Result<(), Error> {
        if self.only_admins && !user.is_admin {
            return Err(Error::msg(StatusCode::FORBIDDEN, "only for administrators"));
        }
        Ok(())
    }

    fn scheme(&self) -> SecurityScheme {
        SecurityScheme::api_key_header("users", "X-User", "")
    }
}

struct Machines(&'static str);

impl Auth for Machines {
    type Principal = Machine;

    async fn authenticate(&self, _: &Request) -> Result<Option<Machine>, Error> {
        Ok(None)
    }

    fn scheme(&self) -> SecurityScheme {
        SecurityScheme::api_key_header(self.0, "X-Machine", "")
    }
}

struct Profile;

#[controller(auth = [Users { only_admins: false }], responses = [ResponseSpec::error(StatusCode::FORBIDDEN)])]
impl Controller for Profile {
    async fn get(&self, user: Principal<User>) -> String {
        user.name.to_owned()
    }

    #[modify(auth = [Users { only_admins: true }])]
    async fn put(&self, user: Principal<User>) -> String {
        user.name.to_owned()
    }
}

struct Jobs;

#[controller(auth = [Machines("cron")])]
impl Controller for Jobs {
    async fn get(&self, machine: Principal<Machine>) -> String {
        machine.0.0.to_owned()
    }

    #[modify(auth = [Machines("build")])]
    async fn put(&self, machine: Principal<Machine>) -> String {
        machine.0.0.to_owned()
    }
}

fn guarded() -> Router {
    Router::new("")
        .route("profile/", Profile)
        .route("jobs/", Jobs)
        .route("other-jobs/", OtherJobs)
}

struct OtherJobs;

#[controller(auth = [Machines("cron")])]
impl Controller for OtherJobs {
    async fn get(&self, machine: Principal<Machine>) -> String {
        machine.0.0.to_owned()
    }
}

async fn status(client: &TestClient, method: &str, path: &str) -> u16 {
    client.request(method, path).send().await.status().as_u16()
}

#[actix_web::test]
async fn overrides_keep_the_role_checks() {
    for (is_admin, expected) in [(false, 403), (true, 200)] {
        let user = AuthOverride::principal(User {
            name: "bob",
            is_admin,
        });
        let client = TestClient::new(guarded().override_auth(user)).await;
        let client = client.expect("it is right");
        assert_eq!(status(&client, "GET", "/profile/").await, 200);
        assert_eq!(status(&client, "PUT", "/profile/").await, expected);
        // Another principal is not overridden.
        assert_eq!(status(&client, "GET", "/jobs/").await, 401);
    }
}

#[actix_web::test]
async fn overrides_of_several_principals() {
    let router = guarded()
        .override_auth(AuthOverride::principal(User {
            name: "bob",
            is_admin: true,
        }))
        .override_auth(AuthOverride::principal(Machine("m")))
        .override_auth(AuthOverride::denied::<Machine>().of_scheme("build"));
    let client = TestClient::new(router).await.expect("it is right");
    assert_eq!(status(&client, "PUT", "/profile/").await, 200);
    assert_eq!(status(&client, "GET", "/jobs/").await, 200);
    assert_eq!(status(&client, "PUT", "/jobs/").await, 401);
}

#[actix_web::test]
async fn an_override_of_one_controller() {
    let machine = AuthOverride::principal(Machine("m")).of_controller::<OtherJobs>();
    let client = TestClient::new(guarded().override_auth(machine)).await;
    let client = client.expect("it is right");
    assert_eq!(status(&client, "GET", "/other-jobs/").await, 200);
    assert_eq!(status(&client, "GET", "/jobs/").await, 401);
}

#[test]
fn an_override_that_fits_nothing() {
    let wrong = AuthOverride::principal(1_usize);
    let errors = guarded()
        .override_auth(wrong)
        .build()
        .expect_err("it is wrong");
    let expected = "`override_auth` has a principal `usize` that no such `auth` yields";
    assert!(errors.to_string().contains(expected), "{errors}");
}
