//! The API.

use dmr::test::MultipartForm;

use super::*;

#[actix_web::test]
async fn accounts() {
    let tracker = Tracker::start("tracker-accounts").await;
    let credentials = |name: &str, password: &str| json!({"name": name, "password": password});
    let client = &tracker.client;
    let register = |body: Value| client.post("/api/register/").json(&body).send();
    let taken = register(credentials("ada", "another one")).await;
    assert_is(&taken, 409, &error("The name is taken"));
    let wrong = register(credentials("Ada!", "short")).await;
    let detail = |msg: &str| json!({"msg": msg, "type": "value_error"});
    let problems = [
        "Expected `str` matching regex '^[a-z][a-z0-9_]{0,31}$' - at `$.parsed_body.name`",
        "Expected `str` of length >= 8 - at `$.parsed_body.password`",
    ];
    assert_is(&wrong, 400, &json!({"detail": problems.map(detail)}));

    let login = |body: Value| client.post("/api/login/").json(&body).send();
    let refused = error("Wrong name or password");
    assert_is(
        &login(credentials("ada", "not the right one")).await,
        403,
        &refused,
    );
    assert_is(&login(credentials("eve", PASSWORD)).await, 403, &refused);
    let answer = login(credentials("ada", PASSWORD)).await;
    let token = answer.cookie("session").expect("a cookie");
    assert_is(&answer, 200, &json!({"token": token}));
    let attributes = format!("session={token}; HttpOnly; Path=/; SameSite=lax");
    assert_eq!(answer.cookies(), [attributes]);

    let users = json!({
        "count": 2, "num_pages": 2, "per_page": 1,
        "page": {"number": 2, "object_list": [{"name": "bob", "role": "member"}]},
    });
    let page = client.get("/api/users/?page=2&per_page=1");
    assert_is(&page.cookie("session", token).send().await, 200, &users);
    let nobody = client.get("/api/users/").send().await;
    let unauthorized = json!({"detail": [{"msg": "Not authenticated", "type": "security"}]});
    assert_is(&nobody, 401, &unauthorized);
    assert_eq!(nobody.header("www-authenticate"), "Bearer");
}

#[actix_web::test]
async fn only_administrators_delete_projects_and_change_roles() {
    let tracker = Tracker::with_issue("tracker-roles").await;
    let refused = error("Only for administrators");
    let delete = || tracker.bob("DELETE", "/api/projects/1/").send();
    assert_is(&delete().await, 403, &refused);
    let admin = json!({"role": "admin"});
    let bob = "/api/users/bob/";
    assert_is(
        &tracker.bob("PATCH", bob).json(&admin).send().await,
        403,
        &refused,
    );
    let promoted = tracker.ada("PATCH", bob).json(&admin).send().await;
    assert_is(&promoted, 200, &json!({"name": "bob", "role": "admin"}));
    let unknown = tracker
        .ada("PATCH", "/api/users/eve/")
        .json(&admin)
        .send()
        .await;
    assert_is(&unknown, 404, &error("There is no such user"));
    // The role counts at once, with the same token.
    assert_is(&delete().await, 204, &Value::Null);
    assert_is(&delete().await, 404, &error("There is no such project"));
    let issue = tracker.bob("GET", ISSUE).send().await;
    assert_is(&issue, 404, &error("There is no such issue"));
}

#[actix_web::test]
async fn projects() {
    let tracker = Tracker::start("tracker-projects").await;
    let add = |body: Value| tracker.bob("POST", "/api/projects/").json(&body).send();
    let made = add(json!({"name": "dmr", "description": "A framework"})).await;
    assert_is(&made, 201, &project_body(1, "dmr", &json!("A framework")));
    assert_eq!(made.header("location"), "/api/projects/1/");
    assert_eq!(add(json!({"name": "chat"})).await.status(), 201);
    let taken = error("The name is taken");
    assert_is(&add(json!({"name": "dmr"})).await, 409, &taken);

    let patch = |body: Value| tracker.bob("PATCH", "/api/projects/1/").json(&body).send();
    // What is missing stays, and null is a value of its own.
    let expected = project_body(1, "dmr 2", &json!("A framework"));
    assert_is(&patch(json!({"name": "dmr 2"})).await, 200, &expected);
    let expected = project_body(1, "dmr 2", &Value::Null);
    assert_is(&patch(json!({"description": null})).await, 200, &expected);
    assert_is(&patch(json!({})).await, 200, &expected);
    let msg = "Expected `str`, got `null` - at `$.parsed_body.name`";
    let null = json!({"detail": [{"msg": msg, "type": "value_error"}]});
    assert_is(&patch(json!({"name": null})).await, 400, &null);
    assert_is(&patch(json!({"name": "chat"})).await, 409, &taken);
    assert_is(
        &tracker.bob("GET", "/api/projects/1/").send().await,
        200,
        &expected,
    );
    let missing = tracker.bob("GET", "/api/projects/9/").send().await;
    assert_is(&missing, 404, &error("There is no such project"));

    let page = json!({
        "count": 2, "num_pages": 1, "per_page": 20,
        "page": {"number": 1, "object_list": [project_body(2, "chat", &Value::Null), expected]},
    });
    assert_is(
        &tracker.bob("GET", "/api/projects/").send().await,
        200,
        &page,
    );
}

#[actix_web::test]
async fn lists_of_issues() {
    let tracker = Tracker::with_issue("tracker-lists").await;
    for title in ["100%", "Typo", "Crash"] {
        let issue = json!({ "title": title });
        let made = tracker.ada("POST", ISSUES).json(&issue).send().await;
        assert_eq!(made.status(), 201);
    }
    let crash = json!({"state": "started", "assignee": "bob"});
    let patch = tracker
        .ada("PATCH", "/api/projects/1/issues/4/")
        .json(&crash);
    assert_eq!(patch.send().await.status(), 200);

    let list = async |query: &[(&str, &str)]| {
        let answer = tracker.bob("GET", ISSUES).query(query).send().await;
        assert_eq!(answer.status(), 200, "{}", answer.text());
        let page: Value = answer.json();
        let items = page["items"].as_array().expect("a list");
        let ids: Vec<u64> = items
            .iter()
            .filter_map(|item| item["id"].as_u64())
            .collect();
        (ids, page["next"].as_str().map(str::to_owned))
    };
    let (first, next) = list(&[("limit", "3")]).await;
    assert_eq!(first, [4, 3, 2]);
    let cursor = next.expect("another page");
    let rest = list(&[("limit", "3"), ("cursor", &cursor)]).await;
    assert_eq!(rest, (vec![1], None));
    assert_eq!(list(&[("state", "open")]).await.0, [3, 2, 1]);
    assert_eq!(list(&[("assignee", "bob")]).await.0, [4]);
    assert_eq!(list(&[("text", "MONDAY")]).await.0, [1]);
    assert_eq!(list(&[("text", "%")]).await.0, [2]);
    assert_eq!(list(&[("text", "o"), ("state", "open")]).await.0, [3, 1]);

    let wrong = tracker
        .bob("GET", ISSUES)
        .query(&[("state", "lost"), ("limit", "0")]);
    assert_eq!(wrong.send().await.status(), 400);
    let forged = tracker
        .bob("GET", ISSUES)
        .query(&[("cursor", "NA")])
        .send()
        .await;
    let msg = "Invalid cursor - at `$.parsed_query.cursor`";
    assert_is(
        &forged,
        400,
        &json!({"detail": [{"msg": msg, "type": "value_error"}]}),
    );
}

#[actix_web::test]
async fn versions_of_an_issue() {
    let tracker = Tracker::with_issue("tracker-versions").await;
    let seen = tracker.bob("GET", ISSUE).send().await;
    assert_is(&seen, 200, &issue_body(1, "It is slow", "On Mondays"));
    let tag = seen.header("etag").to_owned();
    let again = tracker.bob("GET", ISSUE).header("If-None-Match", &tag);
    assert_is(&again.send().await, 304, &Value::Null);

    let patch = |body: Value| {
        let request = tracker.ada("PATCH", ISSUE).header("If-Match", &tag);
        request.json(&body).send()
    };
    let eve = patch(json!({"assignee": "eve"})).await;
    assert_is(&eve, 409, &error("There is no such user"));
    let changed = patch(json!({"state": "started", "assignee": "ada"})).await;
    let mut expected = issue_body(1, "It is slow", "On Mondays");
    expected["state"] = json!("started");
    expected["assignee"] = json!("ada");
    assert_is(&changed, 200, &expected);
    assert_ne!(changed.header("etag"), tag);
    let late = patch(json!({"state": "closed"})).await;
    assert_is(
        &late,
        412,
        &error("The resource has changed in the meantime"),
    );

    // Without a condition, the change always counts; null takes the issue back.
    let unassign = tracker.bob("PATCH", ISSUE).json(&json!({"assignee": null}));
    expected["assignee"] = Value::Null;
    assert_is(&unassign.send().await, 200, &expected);
    let elsewhere = tracker.bob("GET", "/api/projects/2/issues/1/").send().await;
    assert_is(&elsewhere, 404, &error("There is no such issue"));
}

#[actix_web::test]
async fn comments_resume() {
    let tracker = Tracker::with_issue("tracker-comments").await;
    let other = json!({"title": "Another"});
    assert_eq!(
        tracker
            .bob("POST", ISSUES)
            .json(&other)
            .send()
            .await
            .status(),
        201
    );
    let comment = async |issue: u64, id: u64, text: &str| {
        let path = format!("{ISSUES}{issue}/comments/");
        let made = tracker.ada("POST", &path).json(&json!({ "text": text }));
        let body = json!({"id": id, "author": "ada", "text": text});
        assert_is(&made.send().await, 201, &body);
    };
    comment(1, 1, "one").await;
    comment(1, 2, "two").await;
    comment(2, 3, "elsewhere").await;
    comment(1, 4, "four").await;

    let path = format!("{ISSUE}comments/");
    let listen = |last: &str| {
        let stream = tracker.client.get(&path).cookie("session", &tracker.bob);
        let stream = stream.deadline(Duration::from_secs(10));
        stream.header("Last-Event-ID", last).open()
    };
    let resumed = listen("1").await;
    assert_eq!(resumed.status(), 200);
    let mut resumed = resumed.events::<Value>();
    let mut all = listen("0").await.events::<Value>();
    let event = |id: u64, text: &str| {
        let data = json!({"id": id, "author": "ada", "text": text});
        Some((id.to_string(), data))
    };
    for (id, text) in [(2, "two"), (4, "four")] {
        let next = resumed.next().await;
        assert_eq!(next.map(|event| (event.id, event.data)), event(id, text));
    }
    // A new comment reaches both listeners, and one of another issue neither.
    comment(2, 5, "elsewhere").await;
    comment(1, 6, "six").await;
    let next = resumed.next().await;
    assert_eq!(next.map(|event| (event.id, event.data)), event(6, "six"));
    for (id, text) in [(1, "one"), (2, "two"), (4, "four"), (6, "six")] {
        let next = all.next().await;
        assert_eq!(next.map(|event| (event.id, event.data)), event(id, text));
    }
    drop(all);
    let refused = tracker.client.get(&path).send().await;
    assert_eq!(refused.status(), 401);
    let wrong = listen("x").await;
    assert_eq!(wrong.status(), 400);
}

#[actix_web::test]
async fn attachments() {
    let tracker = Tracker::with_issue("tracker-attachments").await;
    let path = format!("{ISSUE}attachments/");
    let attach = |content: Vec<u8>| {
        let form = MultipartForm::new().file("file", "größe.html", "text/html", content);
        tracker.bob("POST", &path).multipart(&form).send()
    };
    let content = b"<script>\0\xff</script>".to_vec();
    let made = attach(content.clone()).await;
    let body = json!({"id": 1, "name": "größe.html", "media_type": "text/html", "size": 19});
    assert_is(&made, 201, &body);
    let place = made.header("location");
    assert_eq!(place, "/api/projects/1/issues/1/attachments/1/");
    assert_is(&tracker.bob("GET", &path).send().await, 200, &json!([body]));

    let file = tracker.ada("GET", place).send().await;
    assert_eq!(
        (file.status().as_u16(), &file.body()[..]),
        (200, &content[..])
    );
    assert_eq!(file.header("content-type"), "text/html");
    // Browsers save it and do not run it.
    let disposition = "attachment; filename=\"gr__e.html\"; filename*=UTF-8''gr%C3%B6%C3%9Fe.html";
    assert_eq!(file.header("content-disposition"), disposition);

    let large = attach(vec![b'x'; 1_000_001]).await;
    let msg = "Request content is larger than 1000000 bytes";
    assert_is(
        &large,
        413,
        &json!({"detail": [{"msg": msg, "type": "value_error"}]}),
    );
    let missing = tracker.bob("GET", &format!("{path}2/")).send().await;
    assert_is(&missing, 404, &error("There is no such attachment"));
}

#[actix_web::test]
async fn the_document_lists_everything() {
    let tracker = Tracker::start("tracker-document").await;
    let document: Value = tracker.client.get("/docs/openapi.json").send().await.json();
    openapi::assert_valid(&document);
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        let path = path.strip_prefix("/api/").expect("below the prefix");
        for (method, operation) in item.as_object().expect("operations") {
            let responses = operation["responses"].as_object().expect("responses");
            let mut statuses: Vec<&str> = responses.keys().map(String::as_str).collect();
            statuses.sort_unstable();
            operations.push(format!("{method} {path} {}", statuses.join(" ")));
        }
    }
    expect_test::expect![[r#"
        post register/ 201 400 406 409 413 422
        post login/ 200 400 403 406 413 422
        get users/ 200 400 401 406 422
        patch users/{name}/ 200 400 401 403 404 406 413 422
        get projects/ 200 400 401 406 422
        post projects/ 201 400 401 406 409 413 422
        get projects/{project}/ 200 400 401 404 406 422
        delete projects/{project}/ 204 400 401 403 404 406 422
        patch projects/{project}/ 200 400 401 404 406 409 413 422
        get projects/{project}/issues/ 200 400 401 404 406 422
        post projects/{project}/issues/ 201 400 401 404 406 413 422
        get projects/{project}/issues/{issue}/ 200 304 400 401 404 406 412 422
        patch projects/{project}/issues/{issue}/ 200 400 401 404 406 409 412 413 422
        get projects/{project}/issues/{issue}/comments/ 200 400 401 404 406 422
        post projects/{project}/issues/{issue}/comments/ 201 400 401 404 406 413 422
        get projects/{project}/issues/{issue}/attachments/ 200 400 401 404 406 422
        post projects/{project}/issues/{issue}/attachments/ 201 400 401 404 406 413 422
        get projects/{project}/issues/{issue}/attachments/{attachment}/ 200 400 401 404 406 422"#]]
    .assert_eq(&operations.join("\n"));
    let comments = "/api/projects/{project}/issues/{issue}/comments/";
    let security = &document["paths"][comments]["get"]["security"];
    assert_eq!(security, &json!([{"jwt": []}, {"jwt_cookie": []}]));
}
