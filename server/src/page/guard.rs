//! Refuses requests that other websites or computers may not make. Pure.
//!
//! Any website can make a browser send requests to this computer. `Host` is the name that led the
//! browser here, which may be a foreign one (DNS rebinding). `Origin` is the website that asks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hyper::header::{CONTENT_TYPE, HOST, HeaderName, ORIGIN};
use hyper::{HeaderMap, Uri};

/// The browser's own statement of how the page that asks relates to this server.
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The reason why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Denial {
    #[error(
        "this request names another computer in its Host line; open the page by its address, such as \
         http://127.0.0.1:4280/"
    )]
    ForeignHost,
    #[error("this request comes from another website; only the page itself may ask for this")]
    ForeignOrigin,
    #[error("this address may not open the page; dcs-master was started with --allow")]
    NotAllowed,
    #[error("the body must be JSON, sent with Content-Type: application/json")]
    NotJson,
}

/// The names of this computer, besides `localhost`, in lower case.
#[derive(Debug, Clone, Default)]
pub(super) struct OwnNames(Vec<String>);

impl OwnNames {
    /// Creates the list for the computer's name, if the system knows it.
    pub(super) fn new(name: Option<&str>) -> Self {
        let name = name.map(str::to_ascii_lowercase);
        let name = name.filter(|name| !name.is_empty());
        let names = name.into_iter().flat_map(|name| {
            let short = name.split('.').next().unwrap_or_default().to_owned();
            let local = format!("{short}.local");
            [name, short, local]
        });
        Self(names.collect())
    }

    fn contain(&self, name: &str) -> bool {
        self.0.iter().any(|own| own.eq_ignore_ascii_case(name))
    }
}

/// Returns the request's `Host` if it means this computer: a loopback address, the address that the
/// connection was made to, `localhost`, or the computer's own name.
///
/// # Errors
/// When it means another one, or when there is not exactly one.
pub(super) fn check_host<'a>(
    headers: &'a HeaderMap,
    local: IpAddr,
    names: &OwnNames,
) -> Result<&'a str, Denial> {
    let mut hosts = headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return Err(Denial::ForeignHost);
    };
    let host = host.to_str().map_err(|_| Denial::ForeignHost)?;
    let is_own = match HostName::of(host).ok_or(Denial::ForeignHost)? {
        HostName::Address(address) => is_own_address(address, local),
        HostName::Name(name) => name.eq_ignore_ascii_case("localhost") || names.contain(name),
    };
    match is_own {
        true => Ok(host),
        false => Err(Denial::ForeignHost),
    }
}

/// Checks the address in the first line of a request. Browsers send only a path; a whole address,
/// as for a proxy, counts more than `Host` and must name the same computer.
///
/// # Errors
/// When it names another one.
pub(super) fn check_target(target: &Uri, host: &str) -> Result<(), Denial> {
    let is_http = target.scheme_str().is_none_or(|scheme| scheme == "http");
    let authority = target.authority();
    match is_http && authority.is_none_or(|named| named.as_str().eq_ignore_ascii_case(host)) {
        true => Ok(()),
        false => Err(Denial::ForeignHost),
    }
}

/// The host in a `Host` line.
enum HostName<'a> {
    Address(IpAddr),
    Name(&'a str),
}

impl<'a> HostName<'a> {
    /// Reads a host, with a port or without; `None` if it is spelled as no browser does.
    fn of(host: &'a str) -> Option<Self> {
        if let Some(rest) = host.strip_prefix('[') {
            let (address, port) = rest.split_once(']')?;
            let is_end = port.is_empty() || is_port(port.strip_prefix(':')?);
            let address = is_end.then(|| address.parse::<Ipv6Addr>().ok())??;
            return Some(Self::Address(address.into()));
        }
        let (name, port) = host
            .split_once(':')
            .map_or((host, None), |(n, p)| (n, Some(p)));
        if !port.is_none_or(is_port) {
            return None;
        }
        let address = name.parse::<Ipv4Addr>();
        Some(address.map_or(Self::Name(name), |address| Self::Address(address.into())))
    }
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok()
}

fn is_own_address(address: IpAddr, local: IpAddr) -> bool {
    let address = address.to_canonical();
    address.is_loopback() || address == local.to_canonical()
}

/// Checks that a request that only reads does not come from another website.
///
/// # Errors
/// When the browser says that it does.
pub(super) fn check_reader(headers: &HeaderMap, host: &str) -> Result<(), Denial> {
    let site = headers.get(SEC_FETCH_SITE);
    let is_own_site = site.is_none_or(|site| site == "same-origin" || site == "none");
    match is_own_site && (!headers.contains_key(ORIGIN) || has_own_origin(headers, host)) {
        true => Ok(()),
        false => Err(Denial::ForeignOrigin),
    }
}

/// Checks that a request that acts, or opens a WebSocket, comes from the page itself. Browsers
/// always name the origin of such a request.
///
/// # Errors
/// When it names another origin, or none.
pub(super) fn check_actor(headers: &HeaderMap, host: &str) -> Result<(), Denial> {
    check_reader(headers, host)?;
    match has_own_origin(headers, host) {
        true => Ok(()),
        false => Err(Denial::ForeignOrigin),
    }
}

fn has_own_origin(headers: &HeaderMap, host: &str) -> bool {
    let mut origins = headers.get_all(ORIGIN).iter();
    let (Some(origin), None) = (origins.next(), origins.next()) else {
        return false;
    };
    let origin = origin.to_str().unwrap_or_default();
    let server = origin.strip_prefix("http://");
    server.is_some_and(|server| server.eq_ignore_ascii_case(host))
}

/// Checks that a request declares its body as JSON, which a form on another website cannot do.
///
/// # Errors
/// When it does not.
pub(super) fn check_json(headers: &HeaderMap) -> Result<(), Denial> {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().split(';').next();
    match kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json")) {
        true => Ok(()),
        false => Err(Denial::NotJson),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(fields: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    fn accepts_host(host: &str) -> bool {
        let local = "192.168.1.5".parse().unwrap();
        let names = OwnNames::new(Some("Pit-PC.home"));
        check_host(&headers(&[("host", host)]), local, &names).is_ok()
    }

    #[test]
    fn only_hosts_that_mean_this_computer_are_accepted() {
        for host in [
            "127.0.0.1:4280",
            "127.0.0.1",
            "127.1.2.3:1",
            "localhost:4280",
            "LOCALHOST",
            "[::1]:4280",
            "[::ffff:127.0.0.1]:4280",
            "192.168.1.5:4280",
            "pit-pc.home:4280",
            "PIT-PC:4280",
            "pit-pc.local",
        ] {
            assert!(accepts_host(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "evil.example:4280",
            "localhost.evil.example",
            "127.0.0.1.evil.example:4280",
            "192.168.1.6:4280",
            "0.0.0.0:4280",
            "localhost:4280:1",
            "localhost:x",
            "localhost@evil.example",
            "2130706433",
            "[::1",
            "[[::1]]",
            "[[::1]]:4280",
            "::1]",
            "::1",
            "[::1]]",
            "[::1]x",
            "[127.0.0.1]",
            "localhost:+80",
            "127.0.0.1:+80",
            "localhost:",
            "localhost:99999",
        ] {
            assert!(!accepts_host(host), "{host}");
        }
    }

    #[test]
    fn a_whole_address_must_name_the_same_host() {
        let check = |target: &str| check_target(&target.parse().unwrap(), "localhost:4280").is_ok();
        assert!(check("/") && check("/api?x=http://evil") && check("*"));
        assert!(check("http://LOCALHOST:4280/api/status"));
        for foreign in [
            "http://evil/",
            "http://localhost/",
            "https://localhost:4280/",
            "evil:80",
        ] {
            assert!(!check(foreign), "{foreign}");
        }
    }

    #[test]
    fn there_must_be_one_host() {
        let local = IpAddr::from([127, 0, 0, 1]);
        let two = headers(&[("host", "localhost"), ("host", "localhost")]);
        for headers in [HeaderMap::new(), two] {
            let checked = check_host(&headers, local, &OwnNames::default());
            assert_eq!(checked, Err(Denial::ForeignHost));
        }
    }

    #[test]
    fn only_the_page_itself_may_act() {
        let check = |fields: &[(&'static str, &str)]| {
            let (headers, host) = (headers(fields), "127.0.0.1:4280");
            let reads = check_reader(&headers, host).is_ok();
            (reads, check_actor(&headers, host).is_ok())
        };
        let own = ("origin", "http://127.0.0.1:4280");
        assert_eq!(check(&[own]), (true, true));
        assert_eq!(
            check(&[own, ("sec-fetch-site", "same-origin")]),
            (true, true)
        );
        assert_eq!(check(&[]), (true, false));
        assert_eq!(check(&[("sec-fetch-site", "none")]), (true, false));
        for foreign in [
            "null",
            "",
            "http://evil.example",
            "https://127.0.0.1:4280",
            "http://127.0.0.1",
            "http://127.0.0.1:4281",
            "http://localhost:4280",
            "file://",
            "http://127.0.0.1:4280, http://evil.example",
        ] {
            assert_eq!(check(&[("origin", foreign)]), (false, false), "{foreign}");
            assert_eq!(check(&[own, ("origin", foreign)]), (false, false));
        }
        for site in ["cross-site", "same-site", "other"] {
            assert_eq!(check(&[own, ("sec-fetch-site", site)]), (false, false));
        }
    }

    #[test]
    fn what_a_form_can_send_is_not_json() {
        let check = |kind: &str| check_json(&headers(&[("content-type", kind)])).is_ok();
        assert!(check("application/json") && check("Application/JSON; charset=utf-8"));
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "text/plain; application/json",
            "",
        ] {
            assert!(!check(kind), "{kind}");
        }
        assert!(check_json(&HeaderMap::new()).is_err());
    }
}
