//! The tree of routers, as one list of controllers with their levels.

use std::fmt;

use super::Router;
use super::path::join;
use super::route::Mount;
use crate::auth::AuthOverride;
use crate::not_found::NotFoundAnswer;
use crate::options::LevelOptions;
use crate::path_template::PathTemplate;

/// A controller or a router that a router mounts.
pub(super) enum Entry {
    Controller {
        path: String,
        controller: Box<dyn Mount>,
        /// The options of the mounting: between the controller and the router.
        level: Box<LevelOptions>,
    },
    Router {
        prefix: String,
        router: Box<Router>,
    },
}

/// A controller at its whole path.
pub(super) struct Placed<'r> {
    pub(super) path: String,
    pub(super) controller: &'r dyn Mount,
    /// The options of the mounting, the routers and the settings, from the inside out.
    pub(super) levels: Vec<&'r LevelOptions>,
    /// The positions of the overrides that count, the outermost first.
    pub(super) auth_overrides: Vec<usize>,
}

/// The controllers of a router and of all routers that it includes, in order, and their answers for
/// paths without a route, the longest prefix first.
pub(super) struct Tree<'r> {
    pub(super) controllers: Vec<Placed<'r>>,
    pub(super) not_found: Vec<(String, NotFoundAnswer)>,
    pub(super) auth_overrides: Vec<AuthOverride>,
}

impl<'r> Tree<'r> {
    pub(super) fn of(
        router: &'r Router,
        settings: &'r LevelOptions,
        errors: &mut Vec<String>,
    ) -> Self {
        let mut tree = Self {
            controllers: Vec::new(),
            not_found: Vec::new(),
            auth_overrides: Vec::new(),
        };
        tree.add(router, "", &[settings], &[], errors);
        let segments = |prefix: &str| prefix.split('/').filter(|one| !one.is_empty()).count();
        tree.not_found
            .sort_by_key(|(prefix, _)| std::cmp::Reverse(segments(prefix)));
        tree
    }

    /// Adds a router that is included at `base`.
    fn add(
        &mut self,
        router: &'r Router,
        base: &str,
        outer: &[&'r LevelOptions],
        outer_overrides: &[usize],
        errors: &mut Vec<String>,
    ) {
        let outer = outer.iter().copied();
        let levels: Vec<&LevelOptions> = [&router.level].into_iter().chain(outer).collect();
        let first = self.auth_overrides.len();
        self.auth_overrides
            .extend(router.auth_overrides.iter().cloned());
        let own = first..self.auth_overrides.len();
        let auth_overrides: Vec<usize> = outer_overrides.iter().copied().chain(own).collect();
        self.add_not_found(router, base, &levels, errors);
        let base = join(base, &router.prefix);
        for entry in &router.entries {
            match entry {
                Entry::Controller {
                    path,
                    controller,
                    level,
                } => self.controllers.push(Placed {
                    path: join(&base, path),
                    controller: &**controller,
                    levels: [&**level]
                        .into_iter()
                        .chain(levels.iter().copied())
                        .collect(),
                    auth_overrides: auth_overrides.clone(),
                }),
                Entry::Router { prefix, router } => {
                    let base = join(&base, prefix);
                    if router.settings.is_some() {
                        errors.push(format!(
                            "the router that is included at {base} has `settings`: set them on the \
                             outermost router, and options such as `max_body_size` on the included \
                             router itself"
                        ));
                    }
                    self.add(router, &base, &levels, &auth_overrides, errors);
                }
            }
        }
    }

    fn add_not_found(
        &mut self,
        router: &Router,
        base: &str,
        levels: &[&LevelOptions],
        errors: &mut Vec<String>,
    ) {
        let Some(not_found) = &router.not_found else {
            return;
        };
        let default = levels.iter().find_map(|level| level.renderers.named());
        let answer = not_found.answer(default);
        for prefix in not_found.prefixes() {
            let prefix = join(base, prefix);
            let prefix = match prefix.trim_end_matches('/') {
                "" => "/",
                prefix => prefix,
            };
            match PathTemplate::parse(prefix) {
                Ok(template) if template.has_tail() => errors.push(format!(
                    "the not-found answer of {prefix}: a prefix covers all paths below it, so write \
                     it without `*`"
                )),
                Ok(_) => {}
                Err(error) => errors.push(error),
            }
            if self.not_found.iter().any(|(known, _)| known == prefix) {
                errors.push(format!("two not-found answers for the prefix {prefix}"));
            }
            self.not_found.push((prefix.to_owned(), answer.clone()));
        }
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Controller { path, .. } => path.fmt(f),
            Self::Router { prefix, router } => f
                .debug_struct("Include")
                .field("prefix", prefix)
                .field("router", router)
                .finish(),
        }
    }
}
