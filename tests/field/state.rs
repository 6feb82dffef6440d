//! State that a router offers to dependencies.

use dmr::component::{Dependency, Depends, State, States};
use dmr::{Controller, Error, Router, controller};

use crate::client::{send, serve};

/// The state, as the dependency found it.
struct Found(&'static str, u8);

impl Dependency for Found {
    type Components = (State<&'static str>, State<u8>);

    async fn resolve((State(text), State(number)): Self::Components) -> Result<Self, Error> {
        Ok(Self(text, number))
    }
}

struct Stateless;

#[controller]
impl Controller for Stateless {
    async fn get(&self, Depends(found): Depends<Found>) -> String {
        format!("{} {}", found.0, found.1)
    }
}

struct Own(&'static str);

#[controller]
impl Controller for Own {
    async fn get(&self, Depends(found): Depends<Found>) -> String {
        format!("{} {}", found.0, found.1)
    }

    fn provide_state(&self, states: &mut States) {
        states.offer(&self.0);
    }
}

/// The controller comes first, then the innermost router that offers the type.
#[test]
fn routers_offer_state() {
    let inner = Router::new("")
        .state("inner")
        .route("a/", Stateless)
        .route("b/", Own("own"));
    let router = Router::new("")
        .state("outer")
        .state(7_u8)
        .route("c/", Stateless)
        .include("inner/", inner);
    let address = serve(router);
    let sent = |path| send(&address, "GET", path, &[]).body;
    assert_eq!(sent("/c/"), "\"outer 7\"");
    assert_eq!(sent("/inner/a/"), "\"inner 7\"");
    assert_eq!(sent("/inner/b/"), "\"own 7\"");
}

/// The state of an included router is not that of its neighbours.
#[test]
fn state_does_not_leave_its_router() {
    let with_state = Router::new("").state("inner").state(7_u8);
    let router = Router::new("")
        .include("inner/", with_state.route("a/", Stateless))
        .route("b/", Stateless);
    let errors = router.build().expect_err("nobody offers it").to_string();
    assert!(errors.contains("nobody offers"), "{errors}");
    assert!(
        errors.contains("/b/") && !errors.contains("/a/"),
        "{errors}"
    );
}
