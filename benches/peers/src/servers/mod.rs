//! The servers. Each server listens on a free port with one worker, prints its address, and runs
//! until somebody kills it.

#[cfg(feature = "peers")]
mod axum;
mod by_hand;
mod dmr;
mod limit;
mod plain;
#[cfg(feature = "peers")]
mod poem;
#[cfg(feature = "peers")]
mod salvo;

use std::net::TcpListener;

use crate::work::Failure;

/// All servers, dmr first. `limit` is the measure for the others: hand-written actix-web with
/// coalesced writes.
#[cfg(feature = "peers")]
pub const NAMES: [&str; 6] = ["dmr", "limit", "plain", "axum", "poem", "salvo"];
#[cfg(not(feature = "peers"))]
pub const NAMES: [&str; 3] = ["dmr", "limit", "plain"];

pub fn serve(name: &str) -> Result<(), Failure> {
    match name {
        "dmr" => dmr::serve(),
        "limit" => limit::serve(),
        "plain" => plain::serve(),
        #[cfg(feature = "peers")]
        "axum" => axum::serve(),
        #[cfg(feature = "peers")]
        "poem" => poem::serve(),
        #[cfg(feature = "peers")]
        "salvo" => salvo::serve(),
        _ => Err(format!("there is no server `{name}`, there are {NAMES:?}").into()),
    }
}

/// Listens on a free port, and prints the address.
fn listener() -> Result<TcpListener, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?);
    Ok(listener)
}

/// Runs a hyper-based server on one thread.
#[cfg(feature = "peers")]
fn on_one_thread<F: Future<Output = Result<(), Failure>>>(
    serve: impl FnOnce(tokio::net::TcpListener) -> F,
) -> Result<(), Failure> {
    let listener = listener()?;
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async { serve(tokio::net::TcpListener::from_std(listener)?).await })
}
