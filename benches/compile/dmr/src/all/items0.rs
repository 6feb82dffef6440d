//! One resource.

use dmr::{Body, Controller, Query, controller};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::StoreError;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Options {
    id: u64,
    #[serde(default)]
    notify: bool,
    tenant: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "NewItem0")]
pub(crate) struct NewItem {
    name: String,
    price: f64,
    tags: Vec<String>,
    comment: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Item0")]
pub(crate) struct Item {
    id: u64,
    name: String,
    price: f64,
    tags: Vec<String>,
    notified: bool,
}

pub(crate) struct Items;

#[controller]
impl Controller for Items {
    async fn get(&self, Query(options): Query<Options>) -> Result<Item, StoreError> {
        find(options.id)
    }

    async fn post(
        &self,
        Query(options): Query<Options>,
        Body(new): Body<NewItem>,
    ) -> Result<Item, StoreError> {
        item(options, new)
    }

    async fn put(
        &self,
        Query(options): Query<Options>,
        Body(new): Body<NewItem>,
    ) -> Result<Item, StoreError> {
        find(options.id)?;
        item(options, new)
    }

    async fn patch(
        &self,
        Query(options): Query<Options>,
        Body(new): Body<NewItem>,
    ) -> Result<Item, StoreError> {
        let found = find(options.id)?;
        let item = item(options, new)?;
        Ok(Item {
            name: found.name,
            ..item
        })
    }

    async fn delete(&self, Query(options): Query<Options>) -> Result<Item, StoreError> {
        find(options.id)
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
