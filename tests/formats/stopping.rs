//! Stopping.

use super::*;

use dmr::IntoService;

fn stop<F: Format>(bytes: &Bytes) {
    let matrix = Matrix::<F> {
        control: Arc::default(),
        says_end: true,
        format: PhantomData,
    };
    let settings = Settings::new().debug(false);
    let router = Router::new("").settings(settings).route("", matrix);
    let service = router.into_service().expect("it is right");
    let api = service.api().clone();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound").to_string();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async {
            let app = move || actix_web::App::new().service(service.clone());
            let server = actix_web::HttpServer::new(app).workers(1);
            server.listen(listener).expect("a listener").run().await
        })
    });
    let mut connection = Connection::open(&address);
    connection.write(b"GET /?situation=pending HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let (_, headers) = connection.head();
    let mut body = connection.chunk().expect("not cut").expect("an event");
    api.end_streams();
    while let Some(chunk) = connection.chunk().expect("it ends in good order") {
        body.extend(chunk);
    }
    let response = Response {
        status: 200,
        headers,
        body: String::from_utf8(body.clone()).expect("UTF-8"),
        bytes: body,
        complete: true,
    };
    let expected = bytes.whole(&(bytes.frames)(&[1, 99]));
    assert_stream(&response, bytes, true, &expected, "shutdown");
}

#[test]
fn the_server_stops() {
    stop::<JsonLines>(&LINES);
    stop::<JsonSeq>(&SEQUENCE);
    stop::<Sse>(&EVENTS);
    stop::<JsonArray>(&ARRAY);
    stop::<MultipartMixed>(&PARTS);
    stop::<Csv>(&TABLE);
}
