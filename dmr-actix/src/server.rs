//! [`serve`]: a whole server in one line.

use std::future::{IntoFuture, pending, ready};
use std::io::{self, IsTerminal};
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::pin::{Pin, pin};
use std::time::Duration;

use actix_http::HttpService;
use actix_rt::net::TcpStream;
use actix_server::{GracefulShutdownSignal, ServerHandle};
use actix_service::{
    IntoServiceFactory, ServiceFactory, ServiceFactoryExt, Transform, fn_service, map_config,
};
use actix_web::App;
use actix_web::body::MessageBody;
use actix_web::dev::{AppConfig, ServiceRequest, ServiceResponse};
use actix_web::web::ServiceConfig;
use dmr_core::{Api, BuildErrors, Router};
use futures_util::future::{Either, select};

use crate::app::Surroundings;
use crate::keep_alive::Connection;
use crate::mount::{ApiService, IntoService, factory};
use crate::signals::Signals;
use crate::transform::{Boxed, erase};

/// Serves a router over HTTP/1.1.
///
/// ```no_run
/// # use dmr_core::Router;
/// # #[actix_web::main]
/// # async fn main() -> Result<(), dmr_actix::ServeError> {
/// # let api = Router::new("api/");
/// dmr_actix::serve(api).bind("127.0.0.1:8000").await?;
/// # Ok(())
/// # }
/// ```
///
/// Where nothing else is served, browsers see a page in debug: see
/// [`Settings::first_page`](dmr_core::Settings::first_page).
///
/// The server stops on `SIGINT` and `SIGTERM`. It accepts no more connections, ends the streams in
/// good order, with the [last event](dmr_core::Controller::last_event) of their controllers, and
/// waits for the other requests. A second signal stops it at once.
///
/// A stream, even an idle one, ends as soon as its client closes the connection. The price: a
/// client that closes only its sending half (`shutdown(SHUT_WR)`) before it has read the response
/// does not get the response. Browsers, curl and the common libraries do not do that; `nc -N` does.
pub fn serve(router: Router) -> Serve {
    Serve {
        router,
        workers: None,
        shutdown_timeout: Duration::from_secs(30),
        surroundings: Surroundings::default(),
    }
}

/// A server without an address: see [`serve`].
#[derive(Debug)]
#[must_use = "the server needs an address: call `bind`"]
pub struct Serve {
    router: Router,
    workers: Option<usize>,
    shutdown_timeout: Duration,
    surroundings: Surroundings,
}

impl Serve {
    /// Sets the number of worker threads, from 1 to 512. By default the number of cores.
    pub fn workers(mut self, count: usize) -> Self {
        self.workers = Some(count.clamp(1, 512));
        self
    }

    /// Sets how long a stopping server waits for the requests under way. The time is rounded up to
    /// whole seconds. 30 seconds by default.
    pub fn shutdown_timeout(mut self, timeout: Duration) -> Self {
        self.shutdown_timeout = timeout;
        self
    }

    /// Puts a middleware of actix-web around the whole application, and around the middleware that
    /// it already has. `make` is called once for each worker.
    ///
    /// ```
    /// use actix_web::middleware::{DefaultHeaders, Logger};
    /// # use dmr_core::Router;
    ///
    /// let server = dmr_actix::serve(Router::new("api/"))
    ///     .wrap(|| DefaultHeaders::new().add(("X-Version", "1")))
    ///     .wrap(Logger::default);
    /// # let _ = server;
    /// ```
    pub fn wrap<M, B>(mut self, make: impl Fn() -> M + Send + Sync + 'static) -> Self
    where
        M: Transform<
                Boxed,
                ServiceRequest,
                Response = ServiceResponse<B>,
                Error = actix_web::Error,
                InitError = (),
            > + 'static,
        M::Transform: 'static,
        M::Future: 'static,
        B: MessageBody + 'static,
    {
        self.surroundings.wrap(erase(make));
        self
    }

    /// Adds services of actix-web beside the API, such as static files, and data for them. The
    /// paths of the API come first, and with them the prefixes of its
    /// [`NotFound`](dmr_core::NotFound). `configure` is called once for each worker.
    ///
    /// ```
    /// use actix_web::{HttpResponse, web};
    /// # use dmr_core::Router;
    ///
    /// let server = dmr_actix::serve(Router::new("api/")).configure(|app| {
    ///     app.route("/", web::get().to(|| async { HttpResponse::Ok().body("hello") }));
    /// });
    /// # let _ = server;
    /// ```
    pub fn configure(
        mut self,
        configure: impl Fn(&mut ServiceConfig) + Send + Sync + 'static,
    ) -> Self {
        self.surroundings.configure(configure);
        self
    }

    /// Binds to an address at once. Awaiting the server reports an error.
    pub fn bind(self, address: impl ToSocketAddrs) -> Server {
        Server {
            listeners: listeners(address),
            serve: self,
        }
    }

    /// Accepts the connections of a bound listener.
    pub fn listen(self, listener: TcpListener) -> Server {
        Server {
            listeners: Ok(vec![listener]),
            serve: self,
        }
    }
}

fn listeners(address: impl ToSocketAddrs) -> io::Result<Vec<TcpListener>> {
    address.to_socket_addrs()?.map(TcpListener::bind).collect()
}

/// A server with an address. Await it to run it until a signal stops it.
#[derive(Debug)]
#[must_use = "the server runs when it is awaited"]
pub struct Server {
    listeners: io::Result<Vec<TcpListener>>,
    serve: Serve,
}

/// The reason why a server does not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The application has mistakes.
    #[error(transparent)]
    Build(#[from] BuildErrors),
    /// The address cannot be used, or the server failed.
    #[error("the server cannot run: {0}")]
    Io(#[from] io::Error),
}

impl Server {
    async fn run(self) -> Result<(), ServeError> {
        let Serve {
            router,
            workers,
            shutdown_timeout,
            surroundings,
        } = self.serve;
        let service = router.into_service()?;
        // Register the signals first: nobody must see a server that they cannot stop.
        let mut signals = Signals::new();
        // actix-server counts in whole seconds.
        let seconds = shutdown_timeout.as_secs_f64().ceil() as u64;
        let mut builder = actix_server::Server::build()
            .shutdown_timeout(seconds)
            .disable_signals();
        if let Some(count) = workers {
            builder = builder.workers(count);
        }
        let stops = builder.graceful_shutdown_signal();
        if let Some(path) = document(service.api()) {
            tracing::info!(path, "the OpenAPI document");
        }
        for listener in self.listeners? {
            let address = listener.local_addr()?;
            greet(service.api(), address);
            let (service, stops) = (service.clone(), stops.clone());
            let name = format!("dmr-{address}");
            let beside = surroundings.clone();
            // Without middleware, a request needs no box for it.
            builder = if surroundings.has_middleware() {
                builder.listen(name, listener, move || {
                    let app = app(&service, &beside).wrap(beside.middleware());
                    http(app, address, stops.clone())
                })?
            } else {
                builder.listen(name, listener, move || {
                    http(app(&service, &beside), address, stops.clone())
                })?
            };
            tracing::info!(%address, "serving");
        }
        let server = builder.run();
        let handle = server.handle();
        let again = pin!(stop_on_signal(&mut signals, &handle, service.api()));
        match select(server, again).await {
            Either::Left((served, _)) => served?,
            // Dropping the server ends its workers, whatever they are doing.
            Either::Right(((), server)) => drop(server),
        }
        tracing::info!("stopped");
        Ok(())
    }
}

/// The path of the OpenAPI document.
fn document(api: &Api) -> Option<&str> {
    let mut routes = api.routes().iter();
    Some(routes.find(|route| route.is_document())?.path())
}

/// Tells a developer at a terminal where the server is, if the log does not: without a subscriber
/// of `tracing`, the first program would print nothing.
fn greet(api: &Api, address: SocketAddr) {
    let is_shown = tracing::enabled!(tracing::Level::INFO);
    if is_shown || api.first_page().is_none() || !io::stderr().is_terminal() {
        return;
    }
    eprintln!("serving http://{address}/");
    if let Some(path) = document(api) {
        eprintln!("the OpenAPI document: http://{address}{path}");
    }
    eprintln!(
        "no log: add the crate tracing-subscriber, and call `tracing_subscriber::fmt::init()`"
    );
}

/// Stops the server gracefully at the first signal. Returns at the second one.
async fn stop_on_signal(signals: &mut io::Result<Signals>, server: &ServerHandle, api: &Api) {
    let signals = match signals {
        Ok(signals) => signals,
        Err(error) => {
            tracing::warn!(%error, "signals cannot be received");
            return pending().await;
        }
    };
    signals.next().await;
    tracing::info!("stopping");
    api.end_streams();
    let stopped = pin!(server.stop(true));
    let again = pin!(signals.next());
    if let Either::Left(_) = select(stopped, again).await {
        // The caller awaits the server itself.
        pending::<()>().await;
    }
}

impl IntoFuture for Server {
    type Output = Result<(), ServeError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output>>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// The application of one worker.
fn app(
    api: &ApiService,
    beside: &Surroundings,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse,
        Error = actix_web::Error,
        InitError = (),
    > + use<>,
> {
    App::new()
        .configure(|config| {
            if let Some(page) = api.api().first_page() {
                config.default_service(factory(page));
            }
        })
        .service(api.clone())
        .configure(|config| beside.add_services(config))
}

/// The service of one worker. It does the same as that of `actix_web::HttpServer`, but with dmr's
/// own connection.
fn http<F>(
    app: App<F>,
    address: SocketAddr,
    stops: GracefulShutdownSignal,
) -> impl ServiceFactory<TcpStream, Config = (), InitError = ()>
where
    F: ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse,
            Error = actix_web::Error,
            InitError = (),
        > + 'static,
{
    let app = app
        .into_factory()
        .map_err(|error: actix_web::Error| error.error_response());
    let app = map_config(app, |()| AppConfig::default());
    let http = HttpService::build()
        // Closes idle connections at once, and others after their response.
        .graceful_shutdown_signal(move || {
            let stops = stops.clone();
            async move { stops.notified().await }
        })
        .local_addr(address)
        .h1_allow_half_closed(false)
        .on_connect_ext(|connection: &Connection, data| {
            data.insert(connection.pending());
        })
        .h1(app);
    fn_service(|stream: TcpStream| {
        // Send each event at once. With Nagle's algorithm, it would wait until the client
        // acknowledges the one before.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY cannot be set");
        }
        let peer = stream.peer_addr().ok();
        ready(Ok((Connection::new(stream), peer)))
    })
    .and_then(http)
}
