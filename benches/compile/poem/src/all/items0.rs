//! One resource.

use poem_openapi::param::Query;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use crate::StoreError;

pub(crate) struct Options {
    id: u64,
    notify: bool,
    tenant: Option<String>,
}

#[derive(Object)]
#[oai(rename = "NewItem0")]
pub(crate) struct NewItem {
    name: String,
    price: f64,
    tags: Vec<String>,
    comment: Option<String>,
}

#[derive(Object)]
#[oai(rename = "Item0")]
pub(crate) struct Item {
    id: u64,
    name: String,
    price: f64,
    tags: Vec<String>,
    notified: bool,
}

pub(crate) struct Items;

#[OpenApi]
impl Items {
    #[oai(path = "/items0/", method = "get", operation_id = "get0")]
    async fn get(
        &self,
        id: Query<u64>,
        #[oai(default)] notify: Query<bool>,
        tenant: Query<Option<String>>,
    ) -> Result<Json<Item>, StoreError> {
        let options = Options {
            id: id.0,
            notify: notify.0,
            tenant: tenant.0,
        };
        find(options.id).map(Json)
    }

    #[oai(path = "/items0/", method = "post", operation_id = "post0")]
    async fn post(
        &self,
        id: Query<u64>,
        #[oai(default)] notify: Query<bool>,
        tenant: Query<Option<String>>,
        new: Json<NewItem>,
    ) -> Result<Json<Item>, StoreError> {
        let options = Options {
            id: id.0,
            notify: notify.0,
            tenant: tenant.0,
        };
        item(options, new.0).map(Json)
    }

    #[oai(path = "/items0/", method = "put", operation_id = "put0")]
    async fn put(
        &self,
        id: Query<u64>,
        #[oai(default)] notify: Query<bool>,
        tenant: Query<Option<String>>,
        new: Json<NewItem>,
    ) -> Result<Json<Item>, StoreError> {
        let options = Options {
            id: id.0,
            notify: notify.0,
            tenant: tenant.0,
        };
        find(options.id)?;
        item(options, new.0).map(Json)
    }

    #[oai(path = "/items0/", method = "patch", operation_id = "patch0")]
    async fn patch(
        &self,
        id: Query<u64>,
        #[oai(default)] notify: Query<bool>,
        tenant: Query<Option<String>>,
        new: Json<NewItem>,
    ) -> Result<Json<Item>, StoreError> {
        let options = Options {
            id: id.0,
            notify: notify.0,
            tenant: tenant.0,
        };
        let found = find(options.id)?;
        let item = item(options, new.0)?;
        Ok(Json(Item {
            name: found.name,
            ..item
        }))
    }

    #[oai(path = "/items0/", method = "delete", operation_id = "delete0")]
    async fn delete(
        &self,
        id: Query<u64>,
        #[oai(default)] notify: Query<bool>,
        tenant: Query<Option<String>>,
    ) -> Result<Json<Item>, StoreError> {
        let options = Options {
            id: id.0,
            notify: notify.0,
            tenant: tenant.0,
        };
        find(options.id).map(Json)
    }
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
