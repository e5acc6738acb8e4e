//! Paths as a build looks for files: from the top of the repository that they are in, wherever the program is started.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;

use super::repository::Repository;

/// Paths that were asked for, by how they were written.
#[derive(Debug, Default)]
pub struct Tops(RefCell<BTreeMap<String, String>>);

impl Tops {
    /// A path from the top of its repository; outside of one, or where there is no such file, as it is.
    pub fn paths(self) -> impl Fn(&str) -> String {
        move |path| {
            let mut known = self.0.borrow_mut();
            known
                .entry(path.to_owned())
                .or_insert_with(|| from_top(path).unwrap_or_else(|| path.to_owned()))
                .clone()
        }
    }
}

fn from_top(path: &str) -> Option<String> {
    let whole = Path::new(path).canonicalize().ok()?;
    let Repository { top, .. } = Repository::around(whole.parent()?)?;
    let parts = whole.strip_prefix(top).ok()?.components().map(|part| part.as_os_str().to_str());
    Some(parts.collect::<Option<Vec<&str>>>()?.join("/"))
}
