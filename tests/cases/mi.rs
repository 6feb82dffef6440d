//! MI: conditional requests, pagination. Translations (MI-07) are not part of this.

use dmr::component::EntityTag;
use dmr::http::StatusCode;
use dmr::http::header::ETAG;
use dmr::pagination::Paginated;
use dmr::{Controller, Error, HeaderSpec, Path, Precondition, Response, ResponseSpec, controller};

use crate::{Server, assert_json, assert_no_content};

struct Users;

#[controller]
impl Controller for Users {
    #[validate(
        ResponseSpec::new::<u64>(StatusCode::OK).header("ETag", HeaderSpec::new()),
        ResponseSpec::empty(StatusCode::NOT_MODIFIED).header("ETag", HeaderSpec::new()),
        ResponseSpec::error(StatusCode::NOT_FOUND),
    )]
    async fn get(&self, id: Path<u64>, condition: Precondition) -> Result<Response, Error> {
        if *id != 1 {
            let error = Error::msg(StatusCode::NOT_FOUND, "No such user");
            return Err(error.error_type(&dmr::ErrorType::NOT_FOUND));
        }
        let tag = EntityTag::strong("user-1-v1").ok_or_else(|| Error::internal("no tag"))?;
        if condition.is_current(&tag) {
            return Ok(Response::not_modified(&tag));
        }
        Ok(Response::data(1_u64).header(ETAG, tag.header_value()))
    }

    #[modify(responses = [ResponseSpec::error(StatusCode::NOT_FOUND)])]
    async fn put(&self, _: Path<u64>, condition: Precondition) -> Result<u64, Error> {
        let tag = EntityTag::strong("user-1-v1").ok_or_else(|| Error::internal("no tag"))?;
        condition.check(&tag)?;
        Ok(1)
    }
}

/// RFC 9110, 13.
#[test]
fn conditional_requests() {
    let server = Server::at("users/{id}/", Users);
    let response = server.get("/users/1/");
    assert_json(&response, 200, "1");
    assert_eq!(response.header("etag"), "\"user-1-v1\"");

    let send = |method, name, value| server.send(method, "/users/1/", &[(name, value)], b"");
    for current in ["\"user-1-v1\"", "\"x\", W/\"user-1-v1\"", "*"] {
        let response = send("GET", "If-None-Match", current);
        assert_no_content(&response, 304);
        assert_eq!(response.header("etag"), "\"user-1-v1\"");
    }
    assert_json(&send("GET", "If-None-Match", "\"old\""), 200, "1");
    assert_json(&send("PUT", "If-Match", "\"user-1-v1\""), 200, "1");
    assert_json(
        &send("PUT", "If-Match", "\"old\""),
        412,
        r#"{"detail":[{"msg":"The resource has changed in the meantime"}]}"#,
    );
    assert_json(
        &server.get("/users/2/"),
        404,
        r#"{"detail":[{"msg":"No such user","type":"not_found"}]}"#,
    );
}

struct Pages;

#[controller]
impl Controller for Pages {
    async fn get(&self) -> Paginated<u64> {
        Paginated::new(Vec::new(), 1, 5, 0)
    }
}

#[test]
fn mi_06_an_empty_page() {
    assert_json(
        &Server::of(Pages).get("/x/"),
        200,
        r#"{"count":0,"num_pages":1,"per_page":5,"page":{"number":1,"object_list":[]}}"#,
    );
}
