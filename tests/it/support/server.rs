//! A GitHub on loopback, small and deterministic: answers what a test gives it, counts requests, and spoils the one it is told to.
//! It ends with the test.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    pub path: String,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Reply {
    pub fn json(status: u16, value: &Value) -> Self {
        Reply { status, headers: Vec::new(), body: value.to_string() }
    }

    /// As a server answers that marks what it says: 304 to who knows it already.
    pub fn marked(self, seen: &Seen) -> Self {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        self.body.hash(&mut hasher);
        let mark = format!("\"{:x}\"", hasher.finish());
        if self.status == 200 && seen.headers.get("if-none-match") == Some(&mark) {
            return Reply { status: 304, headers: Vec::new(), body: String::new() }.with("etag", &mark);
        }
        self.with("etag", &mark)
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// Ways in which an answer can fail to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    Internal,
    BadGateway,
    Secondary,
    TooMany,
    Truncated,
    WrongJson,
    Hang,
    Reset,
}

pub const FAULTS: [Fault; 8] = [
    Fault::Internal,
    Fault::BadGateway,
    Fault::Secondary,
    Fault::TooMany,
    Fault::Truncated,
    Fault::WrongJson,
    Fault::Hang,
    Fault::Reset,
];

/// Which requests are spoiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spoil {
    Nothing,
    /// The nth request, once.
    Once(usize, Fault),
    /// Every request like the nth one (same method and path).
    Always(usize, Fault),
}

pub struct Server {
    pub address: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    stop: Arc<AtomicBool>,
}

type Answers = dyn Fn(&Seen, &str) -> Reply + Send + Sync;

impl Server {
    /// Serves; `answers` gets the request and the server's own address.
    pub fn start(spoil: Spoil, answers: impl Fn(&Seen, &str) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (seen, stop) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let answers: Arc<Answers> = Arc::new(answers);
        let (shared, ended, own, count) =
            (Arc::clone(&seen), Arc::clone(&stop), address.clone(), Arc::new(AtomicUsize::new(0)));
        let target = Arc::new(Mutex::new(None::<(String, String)>));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if ended.load(Ordering::SeqCst) {
                    return;
                }
                let (seen, answers, own) = (Arc::clone(&shared), Arc::clone(&answers), own.clone());
                let (count, target) = (Arc::clone(&count), Arc::clone(&target));
                std::thread::spawn(move || {
                    let _ended = serve(stream, &seen, &*answers, &own, spoil, &count, &target);
                });
            }
        });
        Server { address, seen, stop }
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _woken = TcpStream::connect(self.address.trim_start_matches("http://"));
    }
}

fn serve(
    mut stream: TcpStream,
    seen: &Mutex<Vec<Seen>>,
    answers: &Answers,
    own: &str,
    spoil: Spoil,
    count: &AtomicUsize,
    target: &Mutex<Option<(String, String)>>,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    loop {
        let Some(request) = read(&mut reader)? else { return Ok(()) };
        seen.lock().unwrap().push(request.clone());
        let index = count.fetch_add(1, Ordering::SeqCst);
        let same = (request.method.clone(), request.path.clone());
        let fault = match spoil {
            Spoil::Once(at, fault) if at == index => Some(fault),
            Spoil::Always(at, fault) => {
                let mut target = target.lock().unwrap();
                if at == index {
                    *target = Some(same.clone());
                }
                (target.as_ref() == Some(&same)).then_some(fault)
            }
            _ => None,
        };
        let reply = answers(&request, own);
        match fault {
            None => send(&mut stream, &reply, reply.body.len())?,
            Some(Fault::Internal) => send_short(&mut stream, &Reply::json(500, &json!({ "message": "oops" })))?,
            Some(Fault::BadGateway) => {
                let html = Reply { status: 502, headers: Vec::new(), body: "<html>bad gateway</html>".to_owned() };
                send_short(&mut stream, &html)?;
            }
            Some(Fault::Secondary) => {
                let body = json!({ "message": "You have exceeded a secondary rate limit." });
                send_short(&mut stream, &Reply::json(403, &body).with("retry-after", "1"))?;
            }
            Some(Fault::TooMany) => send_short(&mut stream, &Reply::json(429, &json!({})).with("retry-after", "1"))?,
            Some(Fault::Truncated) => {
                let half = Reply { body: reply.body[..reply.body.len() / 2].to_owned(), ..reply.clone() };
                send(&mut stream, &half, reply.body.len())?;
                return stream.shutdown(std::net::Shutdown::Both);
            }
            Some(Fault::WrongJson) => send_short(&mut stream, &Reply::json(200, &json!([{ "unexpected": true }])))?,
            Some(Fault::Hang) => {
                std::thread::sleep(Duration::from_millis(1500));
                return Ok(());
            }
            Some(Fault::Reset) => return stream.shutdown(std::net::Shutdown::Both),
        }
    }
}

fn send_short(stream: &mut TcpStream, reply: &Reply) -> std::io::Result<()> {
    send(stream, reply, reply.body.len())
}

fn send(stream: &mut TcpStream, reply: &Reply, length: usize) -> std::io::Result<()> {
    let mut text =
        format!("HTTP/1.1 {} X\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n", reply.status);
    for (name, value) in &reply.headers {
        text += &format!("{name}: {value}\r\n");
    }
    stream.write_all(format!("{text}\r\n{}", reply.body).as_bytes())
}

fn read(reader: &mut BufReader<TcpStream>) -> std::io::Result<Option<Seen>> {
    let mut first = String::new();
    if reader.read_line(&mut first)? == 0 {
        return Ok(None);
    }
    let mut words = first.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Some(Seen { method, path, headers, body: String::from_utf8_lossy(&body).into_owned() }))
}
