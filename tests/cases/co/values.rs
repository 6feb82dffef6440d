//! Formats and values of bodies.

use super::*;

struct Packed;

#[controller(parsers = (MessagePack, SerdeJson), renderers = (MessagePack, SerdeJson))]
impl Controller for Packed {
    async fn post(&self, Body(user): Body<User>) -> User {
        user
    }
}

#[test]
fn co_28_message_pack() {
    let server = Server::of(Packed);
    let user = User {
        email: "a".to_owned(),
        age: 1,
    };
    let packed = rmp_serde::to_vec_named(&user).expect("it can be packed");
    let send = |accept: &[(&str, &str)]| {
        let mut headers = vec![("Content-Type", "application/msgpack")];
        headers.extend(accept);
        server.send("POST", "/x/", &headers, &packed)
    };
    for accept in [&[("Accept", "application/msgpack")][..], &[]] {
        let response = send(accept);
        assert_eq!(response.status, 201);
        assert_eq!(response.header("content-type"), "application/msgpack");
        assert_eq!(response.bytes, packed);
    }
    let response = send(&[("Accept", "application/json")]);
    assert_json(&response, 201, r#"{"email":"a","age":1}"#);
    // An array is not an object, though serde accepts it.
    let tuple = rmp_serde::to_vec(&user).expect("it can be packed");
    let headers = [
        ("Content-Type", "application/msgpack"),
        ("Accept", "application/json"),
    ];
    assert_json(
        &server.send("POST", "/x/", &headers, &tuple),
        400,
        &value_error("Expected `object`, got `array` - at `$.parsed_body`"),
    );
}

struct Lists;

#[controller]
impl Controller for Lists {
    async fn post(&self, Body(users): Body<Vec<User>>) -> usize {
        users.len()
    }

    async fn put(&self, _: Body<()>) -> u8 {
        1
    }
}

#[test]
fn co_30_a_list() {
    let server = Server::of(Lists);
    assert_json(
        &server.json("POST", r#"[{"email":"a","age":1},{"email":"b","age":"x"}]"#),
        400,
        &value_error("Expected `int`, got `str` - at `$.parsed_body[1].age`"),
    );
    assert_json(&server.json("POST", r#"[{"email":"a","age":1}]"#), 201, "1");
    assert_json(
        &server.json("POST", r#"[["a",1]]"#),
        400,
        &value_error("Expected `object`, got `array` - at `$.parsed_body[0]`"),
    );
}

#[test]
fn co_32_null() {
    let server = Server::of(Lists);
    assert_json(&server.json("PUT", "null"), 200, "1");
    assert_json(&server.json("PUT", ""), 200, "1");
}
