//! One resource.

use actix_web::web::{self, Json, Query};
use serde::{Deserialize, Serialize};

use crate::StoreError;

#[derive(Deserialize)]
pub(crate) struct Options {
    id: u64,
    #[serde(default)]
    notify: bool,
    tenant: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct NewItem {
    name: String,
    price: f64,
    tags: Vec<String>,
    comment: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct Item {
    id: u64,
    name: String,
    price: f64,
    tags: Vec<String>,
    notified: bool,
}

pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config.service(
        web::resource("/items0/")
            .route(web::get().to(get))
            .route(web::post().to(post))
            .route(web::put().to(put))
            .route(web::patch().to(patch))
            .route(web::delete().to(delete)),
    );
}

async fn get(Query(options): Query<Options>) -> Result<Json<Item>, StoreError> {
    find(options.id).map(Json)
}

async fn post(
    Query(options): Query<Options>,
    Json(new): Json<NewItem>,
) -> Result<Json<Item>, StoreError> {
    item(options, new).map(Json)
}

async fn put(
    Query(options): Query<Options>,
    Json(new): Json<NewItem>,
) -> Result<Json<Item>, StoreError> {
    find(options.id)?;
    item(options, new).map(Json)
}

async fn patch(
    Query(options): Query<Options>,
    Json(new): Json<NewItem>,
) -> Result<Json<Item>, StoreError> {
    let found = find(options.id)?;
    let item = item(options, new)?;
    Ok(Json(Item {
        name: found.name,
        ..item
    }))
}

async fn delete(Query(options): Query<Options>) -> Result<Json<Item>, StoreError> {
    find(options.id).map(Json)
}

fn find(id: u64) -> Result<Item, StoreError> {
    if id == 0 {
        return Err(StoreError::Missing(id));
    }
    Ok(Item {
        id,
        name: "a name".to_owned(),
        price: 0.5,
        tags: Vec::new(),
        notified: false,
    })
}

fn item(options: Options, new: NewItem) -> Result<Item, StoreError> {
    Ok(Item {
        id: options.id,
        name: new.comment.or(options.tenant).unwrap_or(new.name),
        price: new.price,
        tags: new.tags,
        notified: options.notify,
    })
}
