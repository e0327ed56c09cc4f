//! How a server is reached: as an app, under a path, through a proxy, with certificates of one's own.

use std::collections::BTreeMap;

use chrono::DateTime;

use crate::net::app::connect;
use crate::net::github::settings as from_env;
use crate::net::session::{Net, NetOptions};
use crate::net::tests::*;

/// Made for these tests; no app has it.
const KEY: &str = include_str!("../../../tests/data/app-of-nobody.pem");

fn env(pairs: &[(&str, &str)]) -> impl Fn(&str) -> Option<String> + Sync + use<> {
    let pairs: BTreeMap<String, String> = pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    move |name: &str| pairs.get(name).cloned()
}

#[tokio::test]
async fn an_app_gets_its_token_for_the_installation() {
    let server = MockServer::start().await;
    let answer = |value: Value| ResponseTemplate::new(200).set_body_json(value);
    Mock::given(path("/repos/acme/pump/installation")).respond_with(answer(json!({ "id": 77 }))).mount(&server).await;
    Mock::given(method("POST"))
        .and(path("/app/installations/77/access_tokens"))
        .respond_with(
            ResponseTemplate::new(201)
                .set_body_json(json!({ "token": "ghs_of_the_installation", "permissions": { "issues": "read" } })),
        )
        .mount(&server)
        .await;
    Mock::given(path("/list"))
        .and(header("authorization", "Bearer ghs_of_the_installation"))
        .respond_with(good())
        .mount(&server)
        .await;
    let uri = server.uri();
    let env = env(&[("GITHUB_API_URL", &uri), ("LOOKBACK_APP_ID", "12"), ("LOOKBACK_APP_KEY", KEY)]);
    let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    let client = connect(from_env(&env, None, None).unwrap(), &env, Some("acme/pump"), now).await.unwrap();
    assert_eq!(client.get::<Vec<u32>>("/list").await.unwrap().value, [1, 2]);
    assert!(client.granted("issues") && !client.granted("repository_advisories"));

    let sent = server.received_requests().await.unwrap();
    let jwt = sent[0].headers["authorization"].to_str().unwrap().strip_prefix("Bearer ").unwrap().to_owned();
    let parts: Vec<&str> = jwt.split('.').collect();
    let claims: Value = serde_json::from_slice(&decoded(parts[1])).unwrap();
    assert_eq!(claims, json!({ "iat": 1_799_999_940, "exp": 1_800_000_480, "iss": "12" }));
    let public = public_key();
    let key = ring::signature::UnparsedPublicKey::new(&ring::signature::RSA_PKCS1_2048_8192_SHA256, public);
    key.verify(format!("{}.{}", parts[0], parts[1]).as_bytes(), &decoded(parts[2])).unwrap();

    for (name, value) in [("LOOKBACK_APP_KEY", "no key"), ("LOOKBACK_APP_KEY", "")] {
        let env = self::env(&[("GITHUB_API_URL", &uri), ("LOOKBACK_APP_ID", "12"), (name, value)]);
        let error = connect(from_env(&env, None, None).unwrap(), &env, Some("acme/pump"), now).await.err();
        assert!(matches!(error, Some(NetError::Setup(_))), "{error:?}");
    }
}

/// Reading, approvals and write-back ask through one `Net`: one client, one token.
#[tokio::test(flavor = "multi_thread")]
async fn a_run_fetches_the_token_of_an_app_once_per_owner() {
    let server = MockServer::start().await;
    let answer = |value: Value| ResponseTemplate::new(200).set_body_json(value);
    for name in ["acme/pump", "acme/valve", "other/pump"] {
        let at = path(format!("/repos/{name}/installation"));
        Mock::given(at).respond_with(answer(json!({ "id": name.len() }))).mount(&server).await;
    }
    Mock::given(method("POST")).respond_with(answer(json!({ "token": "ghs_one" }))).mount(&server).await;
    let uri = server.uri();
    let run = move || {
        let env = env(&[("GITHUB_API_URL", &uri), ("LOOKBACK_APP_ID", "12"), ("LOOKBACK_APP_KEY", KEY)]);
        let net = Net::new(&env, DateTime::UNIX_EPOCH, NetOptions::default());
        for name in ["acme/pump", "Acme/valve", "acme/pump", "other/pump"] {
            net.block_on(async { net.github(Some(name)).await.map(|_| ()) }).unwrap().unwrap();
        }
    };
    std::thread::spawn(run).join().unwrap();
    let asked: Vec<String> =
        server.received_requests().await.unwrap().iter().map(|request| request.url.path().to_owned()).collect();
    assert_eq!(
        asked,
        [
            "/repos/acme/pump/installation",
            "/app/installations/9/access_tokens",
            "/repos/other/pump/installation",
            "/app/installations/10/access_tokens",
        ]
    );
}

fn decoded(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::prelude::BASE64_URL_SAFE_NO_PAD.decode(text).unwrap()
}

fn public_key() -> Vec<u8> {
    use ring::signature::KeyPair;
    use rustls::pki_types::PrivatePkcs1KeyDer;
    use rustls::pki_types::pem::PemObject;
    let der = PrivatePkcs1KeyDer::from_pem_slice(KEY.as_bytes()).unwrap();
    ring::signature::RsaKeyPair::from_der(der.secret_pkcs1_der()).unwrap().public_key().as_ref().to_vec()
}

#[tokio::test]
async fn an_enterprise_server_answers_below_a_path() {
    let server = MockServer::start().await;
    let link = format!("<{}/api/v3/list?page=2>; rel=\"next\"", server.uri());
    Mock::given(path("/api/v3/list"))
        .and(query_param("page", "2"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!([3])))
        .mount(&server)
        .await;
    Mock::given(path("/api/v3/list")).respond_with(good().insert_header("link", link)).mount(&server).await;
    Mock::given(path("/api/graphql"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({ "data": 7 })))
        .mount(&server)
        .await;
    let base = format!("{}/api/v3/", server.uri());
    let env = env(&[("GITHUB_API_URL", &base), ("GH_TOKEN", CANARY)]);
    let client = Client::new(from_env(&env, None, None).unwrap()).unwrap();
    assert_eq!(client.pages::<u32>("/list").await, Pages { items: vec![1, 2, 3], missing: None });
    assert_eq!(client.graphql::<u32>("{n}", json!({})).await.unwrap(), 7);
}

#[tokio::test]
async fn a_proxy_is_used_but_for_the_hosts_that_are_excepted() {
    let proxy = MockServer::start().await;
    serve(&proxy, vec![good()]).await;
    let uri = proxy.uri();
    for (except, reached) in [("other.invalid", true), ("api.invalid", false)] {
        let env = env(&[("GITHUB_API_URL", "http://api.invalid"), ("http_proxy", &uri), ("NO_PROXY", except)]);
        let mut settings = from_env(&env, None, None).unwrap();
        settings.attempts = 1;
        let answer = Client::new(settings).unwrap().get::<Vec<u32>>("/list").await;
        assert_eq!(answer.is_ok(), reached, "{answer:?}");
    }
    let hidden = env(&[("https_proxy", "::no address with s3cret::")]);
    let error = Client::new(from_env(&hidden, None, None).unwrap()).err().unwrap();
    assert!(!error.to_string().contains("s3cret"), "{error}");
}

#[tokio::test]
async fn certificates_that_are_none_are_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, "no certificate").unwrap();
    let error = Client::new(from_env(&env(&[]), None, Some(&file)).unwrap()).err().unwrap();
    assert!(error.to_string().contains("SSL_CERT_FILE"), "{error}");
    let missing = folder.path().join("none.pem");
    assert!(from_env(&env(&[]), None, Some(&missing)).is_err());
}

/// A server with a certificate of its own, and a proxy that opens tunnels to it: the addresses of both, what the proxy was asked,
/// and the certificate.
fn tunnelled() -> (String, String, std::sync::Arc<std::sync::Mutex<Vec<String>>>, String) {
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};

    let issued = rcgen::generate_simple_self_signed(vec!["hub.invalid".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(issued.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![issued.cert.der().clone()], key.into())
        .unwrap();
    let config = Arc::new(config);
    // The head of a request, up to the empty line.
    fn head(stream: &mut impl Read) -> String {
        let (mut text, mut byte) = (Vec::new(), [0]);
        while !text.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
            text.push(byte[0]);
        }
        String::from_utf8_lossy(&text).into_owned()
    }
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let hub = server.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in server.incoming().flatten() {
            let connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = rustls::StreamOwned::new(connection, stream);
            if head(&mut stream).starts_with("GET /list") {
                let answer = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\n[1,2]";
                let _sent = stream.write_all(answer.as_bytes());
                stream.conn.send_close_notify();
                let _flushed = stream.flush();
            }
        }
    });
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://rita:s3cret@{}", proxy.local_addr().unwrap());
    let asked = Arc::new(std::sync::Mutex::new(Vec::new()));
    let log = Arc::clone(&asked);
    std::thread::spawn(move || {
        for mut inner in proxy.incoming().flatten() {
            log.lock().unwrap().push(head(&mut inner));
            let mut outer = TcpStream::connect(hub).unwrap();
            inner.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").unwrap();
            let (mut from, mut to) = (outer.try_clone().unwrap(), inner.try_clone().unwrap());
            std::thread::spawn(move || {
                let _copied = std::io::copy(&mut from, &mut to);
                let _ended = to.shutdown(std::net::Shutdown::Both);
            });
            std::thread::spawn(move || {
                let _copied = std::io::copy(&mut inner, &mut outer);
                let _ended = outer.shutdown(std::net::Shutdown::Both);
            });
        }
    });
    (format!("https://hub.invalid:{}", hub.port()), address, asked, issued.cert.pem())
}

#[tokio::test]
async fn https_goes_through_a_tunnel_to_a_server_with_an_extra_certificate() {
    let (hub, proxy, asked, pem) = tunnelled();
    let folder = tempfile::tempdir().unwrap();
    let ca = folder.path().join("ca.pem");
    std::fs::write(&ca, pem).unwrap();
    let env = env(&[("GITHUB_API_URL", &hub), ("HTTPS_PROXY", &proxy), ("GITHUB_TOKEN", CANARY)]);
    let trusting = from_env(&env, None, Some(&ca)).unwrap();
    assert_eq!(Client::new(trusting).unwrap().get::<Vec<u32>>("/list").await.unwrap().value, [1, 2]);
    let seen = asked.lock().unwrap().concat();
    assert!(seen.starts_with(&format!("CONNECT {}", hub.trim_start_matches("https://"))), "{seen}");
    assert!(seen.to_lowercase().contains("proxy-authorization: basic"), "{seen}");
    assert!(!seen.contains(CANARY), "the proxy sees no token: {seen}");

    let mut wary = from_env(&env, None, None).unwrap();
    wary.attempts = 1;
    let error = Client::new(wary).unwrap().get::<Vec<u32>>("/list").await.unwrap_err().to_string();
    assert!(error.contains("certificate") && !error.contains("s3cret") && !error.contains(CANARY), "{error}");
}
