//! The code that both hand-written servers on actix-web share.

use std::time::Duration;

use actix_web::web::ServiceConfig;
use actix_web::{App, HttpRequest, HttpServer};
use futures_util::{Stream, StreamExt, stream};

use super::listener;
use crate::load;
use crate::work::{Count, Failure};

/// The header of the requests to `/user`.
pub fn tenant(request: &HttpRequest) -> Option<String> {
    let tenant = request.headers().get("x-tenant")?.to_str().ok()?;
    Some(tenant.to_owned())
}

/// The time, every five milliseconds.
pub fn times(count: &Count) -> impl Stream<Item = u64> + use<> {
    stream::iter(0..count.n).then(async |_| {
        tokio::time::sleep(Duration::from_millis(5)).await;
        load::now()
    })
}

pub fn serve(routes: fn(&mut ServiceConfig)) -> Result<(), Failure> {
    let listener = listener()?;
    actix_web::rt::System::new().block_on(async {
        HttpServer::new(move || App::new().configure(routes))
            .workers(1)
            .tcp_nodelay(true)
            .listen(listener)?
            .run()
            .await
    })?;
    Ok(())
}
