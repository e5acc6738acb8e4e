//! What a row is about, where that is a VM or an application.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A VM or an application, by name; written as `"VM v"`, `"application a"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// A VM's.
    Vm(String),
    /// An application's.
    Application(String),
}

const VM: &str = "VM ";
const APPLICATION: &str = "application ";

impl fmt::Display for Whose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Whose::Vm(name) => write!(f, "{VM}{name}"),
            Whose::Application(name) => write!(f, "{APPLICATION}{name}"),
        }
    }
}

impl Serialize for Whose {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Whose {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Whose, D::Error> {
        let text = String::deserialize(from)?;
        let vm = text.strip_prefix(VM).map(|name| Whose::Vm(name.to_owned()));
        let application = || text.strip_prefix(APPLICATION).map(|name| Whose::Application(name.to_owned()));
        let wrong = || de::Error::invalid_value(de::Unexpected::Str(&text), &"a VM or an application");
        vm.or_else(application).ok_or_else(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::Whose;

    #[test]
    fn whose_a_row_is_reads_back_as_it_is_written() {
        let all = [Whose::Vm("application 1".into()), Whose::Application("VM 1".into())];
        let text = serde_json::to_string(&all).unwrap();
        assert_eq!(text, r#"["VM application 1","application VM 1"]"#);
        assert_eq!(serde_json::from_str::<[Whose; 2]>(&text).unwrap(), all);
        assert!(serde_json::from_str::<Whose>(r#""plan p""#).is_err());
    }
}
