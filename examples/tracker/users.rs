//! `register/`, `login/` and `users/`: accounts, tokens and roles.

use std::time::Duration;

use actix_web::web::block;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use dmr::auth::Principal;
use dmr::component::{Dependency, Depends, State};
use dmr::pagination::{PageQuery, Paginated};
use dmr::{
    Body, Controller, CookieSpec, Error, NewCookie, Path, Query, Response, ResponseSpec, Router,
    StatusCode, controller,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::app::{Answer, App, Conflict, found, sql};

pub(crate) fn router(app: &App) -> Router {
    Router::new("")
        .route("register/", Register(app.clone()))
        .route("login/", Login(app.clone()))
        .route("users/", UserList(app.clone()))
        .route("users/{name}/", UserDetail(app.clone()))
}

#[derive(Serialize, JsonSchema, FromRow)]
pub(crate) struct User {
    pub(crate) name: String,
    role: Role,
}

#[derive(PartialEq, Serialize, Deserialize, JsonSchema, sqlx::Type)]
#[serde(rename_all = "lowercase")]
enum Role {
    Member,
    Admin,
}

#[derive(Deserialize, JsonSchema)]
struct Credentials {
    #[schemars(regex(pattern = r"^[a-z][a-z0-9_]{0,31}$"))]
    name: String,
    #[schemars(length(min = 8, max = 200))]
    password: String,
}

struct Register(App);

#[controller(auth = None, tags = ["users"])]
impl Controller for Register {
    /// Register. The first user becomes an administrator.
    async fn post(&self, Body(new): Body<Credentials>) -> Answer<User, Conflict> {
        let hash = block(move || Argon2::default().hash_password(new.password.as_bytes()));
        let hash = hash.await??.to_string();
        Ok(sql!(fetch_one(self.0):
            "INSERT INTO users (name, password, role) VALUES
                (?, ?, iif(EXISTS (SELECT * FROM users), 'Member', 'Admin')) RETURNING *",
            new.name, hash)?)
    }
}

/// What a token says.
#[derive(Serialize, Deserialize)]
pub(crate) struct Claims {
    sub: String,
}

#[derive(Serialize, JsonSchema)]
struct Token {
    token: String,
}

struct Login(App);

#[controller(auth = None, tags = ["users"])]
impl Controller for Login {
    /// Log in. The token is valid for a day. Browsers get it as a cookie, too.
    #[validate(
        ResponseSpec::new::<Token>(StatusCode::OK).cookie("session", CookieSpec::new().http_only(true)),
        ResponseSpec::error(StatusCode::FORBIDDEN),
    )]
    async fn post(&self, Body(login): Body<Credentials>) -> Answer<Response> {
        let Credentials { name, password } = login;
        let select = "SELECT password FROM users WHERE name = ?";
        let hash: Option<(String,)> = sql!(fetch_optional(self.0): select, &name)?;
        let (hash,) = hash.unwrap_or_default();
        let verify = move || Argon2::default().verify_password(password.as_bytes(), &*hash);
        if block(verify).await?.is_err() {
            return Err(Error::msg(StatusCode::FORBIDDEN, "Wrong name or password"))?;
        }
        let day = Duration::from_secs(24 * 60 * 60);
        let token = self.0.tokens.issue(&Claims { sub: name }, day)?;
        let cookie = NewCookie::new("session", token.clone()).http_only(true);
        Ok(Response::new(StatusCode::OK, Token { token }).cookie(cookie))
    }
}

struct UserList(App);

#[controller(tags = ["users"])]
impl Controller for UserList {
    /// List the users, page by page.
    async fn get(&self, page: Query<PageQuery>) -> Answer<Paginated<User>> {
        self.0.page("users", *page).await
    }
}

#[derive(Deserialize, JsonSchema)]
struct Grant {
    role: Role,
}

struct UserDetail(App);

#[controller(tags = ["users"])]
impl Controller for UserDetail {
    /// Change the role of a user. Only for administrators.
    async fn patch(&self, _: Depends<Admin>, name: Path<String>, new: Body<Grant>) -> Answer<User> {
        let update = "UPDATE users SET role = ? WHERE name = ? RETURNING *";
        let user = sql!(fetch_optional(self.0): update, &new.role, &*name);
        Ok(found(user, "user")?)
    }
}

/// The user of the token.
impl Dependency for User {
    type Components = (Principal<Claims>, State<App>);

    async fn resolve((claims, app): Self::Components) -> Result<Self, Error> {
        let select = "SELECT * FROM users WHERE name = ?";
        let user = sql!(fetch_optional(app): select, &claims.sub);
        user?.ok_or_else(Error::unauthorized)
    }
}

/// The user of the token, who is an administrator.
pub(crate) struct Admin;

impl Dependency for Admin {
    type Components = Depends<User>;

    async fn resolve(user: Depends<User>) -> Result<Self, Error> {
        let refused = || Error::msg(StatusCode::FORBIDDEN, "Only for administrators");
        (user.role == Role::Admin)
            .then_some(Self)
            .ok_or_else(refused)
    }

    fn responses() -> Vec<ResponseSpec> {
        vec![ResponseSpec::error(StatusCode::FORBIDDEN)]
    }
}
