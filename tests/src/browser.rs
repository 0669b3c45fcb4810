//! A client of the page: requests over raw sockets, so that each header is chosen by the test, and
//! WebSockets.

use std::io::{Read, Write};
use std::net::{IpAddr, TcpStream};

use tungstenite::client::IntoClientRequest;
use tungstenite::{Message, WebSocket};

use crate::TIMEOUT;
use crate::process::Process;

/// A browser, which knows the address of the page.
#[derive(Debug, Clone, Copy)]
pub struct Browser {
    /// The address by which it reaches the computer of the page.
    pub ip: IpAddr,
    /// The port of the page.
    pub port: u16,
}

/// The answer to a request.
#[derive(Debug)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// The head, in lower case.
    pub head: String,
    /// The body.
    pub body: String,
}

impl Reply {
    /// Returns the body as JSON.
    ///
    /// # Panics
    /// When it is not JSON.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        let parsed = serde_json::from_str(&self.body);
        parsed.unwrap_or_else(|e| panic!("no JSON ({e}): {self:?}"))
    }

    /// Returns the value of a header; empty if there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        let mut lines = self.head.lines();
        let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        value.unwrap_or_default()
    }
}

impl Browser {
    /// Finds the page of a server by its output.
    ///
    /// # Panics
    /// When the server does not serve a page.
    #[must_use]
    pub fn of(server: &Process) -> Self {
        let (_, line) = server.wait_for(0, "the page is at http://");
        let (_, address) = line.split_once("http://").expect("it has an address");
        let port = address.split(['/', ':']).nth(1).map(str::parse);
        Self {
            ip: [127, 0, 0, 1].into(),
            port: port.expect("it has a port").expect("it is a number"),
        }
    }

    /// Returns the host as browsers name it.
    #[must_use]
    pub fn host(self) -> String {
        format!("{}:{}", self.ip, self.port)
    }

    /// Returns the origin of the page.
    #[must_use]
    pub fn origin(self) -> String {
        format!("http://{}", self.host())
    }

    /// Connects to the page.
    ///
    /// # Panics
    /// When nothing listens there.
    #[must_use]
    pub fn connect(self) -> TcpStream {
        let stream = TcpStream::connect((self.ip, self.port)).expect("the page's port");
        stream.set_read_timeout(Some(TIMEOUT)).expect("a socket");
        stream
    }

    /// Requests a path as the page does.
    #[must_use]
    pub fn get(self, path: &str) -> Reply {
        self.request("GET", path, &[("Host", &self.host())], "")
    }

    /// Sends a request that changes something, as the page does: with a body in JSON, and with
    /// further headers.
    #[must_use]
    pub fn act(self, method: &str, path: &str, more: &[(&str, &str)], body: &str) -> Reply {
        let (host, origin) = (self.host(), self.origin());
        let mut headers = vec![
            ("Host", &*host),
            ("Origin", &*origin),
            ("Content-Type", "application/json"),
        ];
        headers.extend(more);
        self.request(method, path, &headers, body)
    }

    /// Sends a request with exactly these headers (and the length of the body), and reads the
    /// answer.
    ///
    /// # Panics
    /// When no answer comes.
    #[must_use]
    pub fn request(self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let headers = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"));
        let head = format!(
            "{method} {path} HTTP/1.1\r\n{}Connection: close\r\nContent-Length: {}\r\n\r\n",
            headers.collect::<String>(),
            body.len()
        );
        let mut stream = self.connect();
        // The server may answer and close before it has read all.
        let _ = stream.write_all((head + body).as_bytes());
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text
            .split_once("\r\n\r\n")
            .unwrap_or_else(|| panic!("no answer to {method} {path}: {text:?}"));
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
        Reply {
            status: status.unwrap_or_default(),
            head: head.to_ascii_lowercase(),
            body: body.to_owned(),
        }
    }

    /// Returns the entry of a client in the list of clients, if there is one of this kind.
    #[must_use]
    pub fn client_of_kind(self, kind: &str) -> Option<serde_json::Value> {
        let clients = self.get("/api/clients").json()["clients"].clone();
        let clients = clients.as_array().cloned().unwrap_or_default();
        clients.into_iter().find(|client| client["kind"] == kind)
    }

    /// Opens a WebSocket as the page does.
    ///
    /// # Panics
    /// When the server refuses it.
    #[must_use]
    pub fn socket(self, path: &str) -> Socket {
        let opened = self.try_socket(path, &self.host(), Some(&self.origin()));
        opened.unwrap_or_else(|status| panic!("{path} was refused: {status}"))
    }

    /// Opens a WebSocket with these headers.
    ///
    /// # Errors
    /// With the status code of the refusal.
    ///
    /// # Panics
    /// When the server does not answer.
    pub fn try_socket(self, path: &str, host: &str, origin: Option<&str>) -> Result<Socket, u16> {
        let uri = format!("ws://{}{path}", self.host());
        let mut request = uri.into_client_request().expect("an address");
        let headers = request.headers_mut();
        headers.insert("Host", host.parse().expect("a header"));
        if let Some(origin) = origin {
            headers.insert("Origin", origin.parse().expect("a header"));
        }
        match tungstenite::client(request, self.connect()) {
            Ok((socket, _)) => Ok(Socket {
                socket,
                lines: Vec::new(),
            }),
            Err(tungstenite::HandshakeError::Failure(tungstenite::Error::Http(answer))) => {
                Err(answer.status().as_u16())
            }
            Err(error) => panic!("no answer to the WebSocket: {error}"),
        }
    }
}

/// An open WebSocket, with the lines that were received and not yet returned.
#[derive(Debug)]
pub struct Socket {
    socket: WebSocket<TcpStream>,
    lines: Vec<String>,
}

impl Socket {
    /// Sends a message.
    ///
    /// # Panics
    /// When the server has closed the connection.
    pub fn say(&mut self, text: &str) {
        let sent = self.socket.send(Message::text(text));
        sent.expect("the server listens");
    }

    /// Returns the next line; `None` if the server has closed the connection.
    pub fn try_line(&mut self) -> Option<String> {
        while self.lines.is_empty() {
            let message = self.socket.read().ok()?;
            if let Message::Text(text) = message {
                self.lines.extend(text.lines().map(str::to_owned));
            }
        }
        Some(self.lines.remove(0))
    }

    /// Returns the next line that starts with `start`.
    ///
    /// # Panics
    /// When the server closes the connection first.
    pub fn line_with(&mut self, start: &str) -> String {
        let mut seen = Vec::new();
        loop {
            match self.try_line() {
                Some(line) if line.starts_with(start) => return line,
                Some(line) => seen.push(line),
                None => panic!("closed; no line {start:?} among:\n{}", seen.join("\n")),
            }
        }
    }

    /// Returns the next message as JSON.
    ///
    /// # Panics
    /// When it is not JSON, or the server closes the connection.
    pub fn json(&mut self) -> serde_json::Value {
        let line = self.try_line().expect("a message");
        serde_json::from_str(&line).unwrap_or_else(|e| panic!("no JSON ({e}): {line}"))
    }
}
