//! The TLS configuration of the connection to a broker.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Returns a connector that trusts the certificates in a PEM file, or those of the system.
///
/// # Errors
/// When there are no certificates; the message says what to change.
pub(super) fn connector(ca: Option<&Path>) -> Result<TlsConnector> {
    let roots = match ca {
        Some(file) => roots_in(file)?,
        None => system_roots()?,
    };
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

fn roots_in(file: &Path) -> Result<RootCertStore> {
    let name = || format!("--mqtt-ca {}", file.display());
    let certificates = CertificateDer::pem_file_iter(file)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| format!("{} cannot be read", name()))?;
    let mut roots = RootCertStore::empty();
    for certificate in certificates {
        let added = roots.add(certificate);
        added.with_context(|| format!("{} has a certificate that cannot be used", name()))?;
    }
    if roots.is_empty() {
        bail!("{} has no certificate in PEM form", name());
    }
    Ok(roots)
}

fn system_roots() -> Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        bail!("this system has no certificates for mqtts; name those to trust with --mqtt-ca FILE");
    }
    Ok(roots)
}
