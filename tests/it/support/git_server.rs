//! `git http-backend` on loopback, and servers that fail in every way. Each ends with the test.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// How a server answers for a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// As `git http-backend` does.
    Git,
    /// With this status, and a header.
    Status(u16, &'static str),
    /// Not at all: the line is cut.
    Reset,
    /// Half of what `git http-backend` says, then the line is cut.
    Half,
    /// With the head of an answer, then with nothing more.
    Stall,
    /// As `git http-backend` does until a pack is asked for: that is one of 3 GB.
    Huge,
}

/// One request, as it came.
pub struct Asked {
    pub path: String,
    pub authorization: Option<String>,
}

pub struct GitServer {
    pub address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    stop: Arc<AtomicBool>,
}

type Manners = dyn Fn(&str, usize) -> Manner + Send + Sync;

impl GitServer {
    /// Serves the bare repositories below a folder. `manner` gets the path and how often it was asked for before.
    pub fn start(root: &Path, manner: impl Fn(&str, usize) -> Manner + Send + Sync + 'static) -> GitServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (asked, stop) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let manner: Arc<Manners> = Arc::new(manner);
        let (shared, ended, root) = (Arc::clone(&asked), Arc::clone(&stop), root.to_owned());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if ended.load(Ordering::SeqCst) {
                    return;
                }
                let (asked, manner, root) = (Arc::clone(&shared), Arc::clone(&manner), root.clone());
                std::thread::spawn(move || {
                    let _ended = serve(stream, &root, &asked, &*manner);
                });
            }
        });
        GitServer { address, asked, stop }
    }

    /// Paths, and who asked.
    pub fn asked(&self) -> Vec<(String, Option<String>)> {
        self.asked.lock().unwrap().iter().map(|one| (one.path.clone(), one.authorization.clone())).collect()
    }
}

impl Drop for GitServer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _woken = TcpStream::connect(self.address.trim_start_matches("http://"));
    }
}

fn serve(mut stream: TcpStream, root: &Path, asked: &Mutex<Vec<Asked>>, manner: &Manners) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut words = first.split_whitespace();
    let (method, target) = (words.next().unwrap_or_default().to_owned(), words.next().unwrap_or_default().to_owned());
    let (mut length, mut kind, mut protocol, mut encoding, mut authorization, mut chunked) =
        (0usize, String::new(), String::new(), String::new(), None, false);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        let value = value.trim().to_owned();
        match name.to_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap_or(0),
            "content-type" => kind = value,
            "git-protocol" => protocol = value,
            "content-encoding" => encoding = value,
            "authorization" => authorization = Some(value),
            "transfer-encoding" => chunked = value.contains("chunked"),
            "expect" => stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    while chunked {
        let mut size = String::new();
        reader.read_line(&mut size)?;
        let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
        let mut part = vec![0; size + 2];
        reader.read_exact(&mut part)?;
        body.extend(&part[..size]);
        chunked = size > 0;
    }
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let before = {
        let mut asked = asked.lock().unwrap();
        let before = asked.iter().filter(|one| one.path == path).count();
        asked.push(Asked { path: path.to_owned(), authorization });
        before
    };
    let manner = manner(path, before);
    match manner {
        Manner::Reset => return stream.shutdown(std::net::Shutdown::Both),
        Manner::Status(status, header) => {
            let head = format!("HTTP/1.1 {status} X\r\n{header}content-length: 0\r\nconnection: close\r\n\r\n");
            return stream.write_all(head.as_bytes());
        }
        Manner::Stall => {
            let kind = format!("application/x-{}", query.replace("service=", "")) + "-advertisement";
            let head = format!(
                "HTTP/1.1 200 X\r\ncontent-type: {kind}\r\ncontent-length: 100000\r\n\r\n001e# service=git-upload-pack\n"
            );
            stream.write_all(head.as_bytes())?;
            std::thread::sleep(std::time::Duration::from_secs(40));
            return Ok(());
        }
        Manner::Huge if body.windows(13).any(|some| some == b"command=fetch") => return send_huge(&mut stream),
        Manner::Git | Manner::Half | Manner::Huge => {}
    }
    let mut backend = Command::new(&*crate::support::GIT);
    backend.env_clear().arg("http-backend").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    for (name, value) in [
        ("PATH", std::env::var("PATH").unwrap().as_str()),
        ("GIT_PROJECT_ROOT", root.to_str().unwrap()),
        ("GIT_HTTP_EXPORT_ALL", "1"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_SYSTEM", "/dev/null"),
        ("PATH_INFO", path),
        ("QUERY_STRING", query),
        ("REQUEST_METHOD", &method),
        ("CONTENT_TYPE", &kind),
        ("CONTENT_LENGTH", &body.len().to_string()),
        ("GIT_PROTOCOL", &protocol),
        ("HTTP_CONTENT_ENCODING", &encoding),
        ("REMOTE_ADDR", "127.0.0.1"),
    ] {
        backend.env(name, value);
    }
    let mut child = backend.spawn()?;
    let mut stdin = child.stdin.take().unwrap();
    let feeding = std::thread::spawn(move || {
        let _ = stdin.write_all(&body);
    });
    let mut out = Vec::new();
    child.stdout.take().unwrap().read_to_end(&mut out)?;
    let _ = feeding.join();
    child.wait()?;
    let end = out.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(0);
    let head = String::from_utf8_lossy(&out[..end]).into_owned();
    let status = head.lines().find_map(|line| line.strip_prefix("Status: ")).unwrap_or("200 OK").to_owned();
    let head: String =
        head.lines().filter(|line| !line.starts_with("Status: ")).map(|line| format!("{line}\r\n")).collect();
    let body = out.get(end + 4..).unwrap_or_default();
    let whole = format!("HTTP/1.1 {status}\r\n{head}content-length: {}\r\nconnection: close\r\n\r\n", body.len());
    stream.write_all(whole.as_bytes())?;
    let sent = if manner == Manner::Half { &body[..body.len() / 2] } else { body };
    stream.write_all(sent)
}

/// A pack of 3 GB: 48,000 files of 64 KiB that cannot be packed any smaller, for as long as somebody takes them.
fn send_huge(stream: &mut TcpStream) -> std::io::Result<()> {
    const FILES: u32 = 48_000;
    const SIZE: usize = 64 << 10;
    let mut seed = 1u32;
    let content: Vec<u8> = (0..SIZE)
        .map(|_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            seed.to_be_bytes()[0]
        })
        .collect();
    // Type and size of a file, seven bits a byte, the lowest first.
    let mut file = vec![0x80 | 3 << 4, 0x80, u8::try_from(SIZE >> 11).unwrap()];
    let mut packer = flate2::write::ZlibEncoder::new(&mut file, flate2::Compression::fast());
    packer.write_all(&content)?;
    packer.finish()?;
    stream.write_all(
        b"HTTP/1.1 200 X\r\ncontent-type: application/x-git-upload-pack-result\r\nconnection: close\r\n\r\n000dpackfile\n",
    )?;
    let mut send = |bytes: &[u8]| {
        bytes.chunks(60_000).try_for_each(|part| {
            stream.write_all(format!("{:04x}\x01", part.len() + 5).as_bytes())?;
            stream.write_all(part)
        })
    };
    send(&[&b"PACK\0\0\0\x02"[..], &FILES.to_be_bytes()].concat())?;
    (0..FILES).try_for_each(|_| send(&file))
}
