"""Other sites in the same browser: they get nothing and change nothing."""

import contextlib
import functools
import http.server
import json
import re
import threading

import pytest

from cockpit_page import CockpitPage
from conftest import open_page

ATTACK = """<!doctype html><title>foreign</title>
<form id="test" method="post" enctype="text/plain" action="PAGE/api/test">
<input name='{"args":[63],"from":1,"to":1,"seconds":60,"x":"' value='"}'></form>
<form id="install" method="post" action="PAGE/api/setup/uninstall"></form>
<form id="autostart" method="post" action="PAGE/api/setup/autostart"></form>
<iframe name="whole" src="PAGE/"></iframe>
"""
SOCKETS = """async page => {
  const end = address => new Promise(resolve => {
    const socket = new WebSocket(address);
    socket.onopen = () => { socket.send("1 LAMP_TEST PRESS"); resolve("open"); };
    socket.onerror = () => resolve("refused");
  });
  return [await end(page + "/ws"), await end(page + "/ws/moved")];
}"""
REQUESTS = """async page => {
  const json = {"Content-Type": "application/json"};
  const body = JSON.stringify({aircraft: null, elements: []});
  const tries = [
    ["/api/boards/Foreign", {method: "PUT", headers: json, body}],
    ["/api/boards/Foreign", {method: "DELETE"}],
    ["/api/test", {method: "POST", headers: json, body: '{"args":[63],"from":1,"to":1,"seconds":60}'}],
    ["/api/settings", {method: "POST", headers: json, body: '{"set":{"listen":"0.0.0.0:1"}}'}],
    ["/api/setup/install", {method: "POST", mode: "no-cors"}],
    ["/api/catalog", {}],
  ];
  const seen = [];
  for (const [path, options] of tries) {
    seen.push(await fetch(page + path, options).then(async answer => answer.type + await answer.text(), () => "failed"));
  }
  return seen;
}"""


@pytest.fixture
def site(demo, tmp_path):
    """Another site, whose only page attacks ours."""
    (tmp_path / "index.html").write_text(ATTACK.replace("PAGE", demo.url))
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=tmp_path)
    handler.log_message = lambda *_: None
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://localhost:{site.server_port}"
        site.shutdown()


@pytest.fixture
def lamp_test(client):
    """Notices whether anything has pressed the lamp test."""
    client.send("2 LAMP_TEST 1")
    client.wait_for("2 1 0.00000")
    yield
    client.send("1 LAMP_TEST PUSH")
    client.wait_for("2 1 1.00000")
    assert client.lines in ([], ["2 1 0.00000 0"])


def test_another_site_gets_nothing_and_changes_nothing(browser, demo, site, lamp_test, data_folder):
    with contextlib.closing(browser.new_context()) as context:
        page = context.new_page()
        for form in ("test", "install", "autostart"):
            page.goto(site)
            with page.expect_navigation() as answer:
                page.evaluate("id => document.getElementById(id).submit()", form)
            assert answer.value.status == 403, form
        page.goto(site)
        assert page.evaluate(SOCKETS, demo.url.replace("http", "ws")) == ["refused", "refused"]
        assert page.evaluate(REQUESTS, demo.url) == ["failed"] * 6
        assert "dcs-master" not in page.frame(name="whole").evaluate("document.body?.innerText ?? ''")
    with contextlib.closing(browser.new_context()) as context:
        status = json.loads(context.request.get(f"{demo.url}/api/status").text())
        assert status["testing"] == 0
    assert not list(data_folder.rglob("Foreign.json")) and not list(data_folder.rglob("settings.toml"))


def test_a_file_opens_no_socket(browser, demo, lamp_test, tmp_path):
    file = tmp_path / "foreign.html"
    file.write_text("<!doctype html><title>file</title>")
    with contextlib.closing(browser.new_context()) as context:
        page = context.new_page()
        page.goto(file.as_uri())
        assert page.evaluate(SOCKETS, demo.url.replace("http", "ws")) == ["refused", "refused"]
        assert page.evaluate(REQUESTS, demo.url) == ["failed"] * 6


def test_a_name_that_is_bent_to_this_computer_is_refused(launch, demo):
    port = demo.url.rsplit(":", 1)[1]
    with contextlib.closing(launch("--host-resolver-rules=MAP foreign.example 127.0.0.1")) as browser:
        page = browser.new_page()
        for path in ("/", "/api/status", "/api/catalog"):
            assert page.goto(f"http://foreign.example:{port}{path}").status == 403


def test_the_browser_runs_no_inline_script(browser, demo):
    for page in open_page(browser, demo.url, faults=("Content Security Policy",)):
        CockpitPage(page)
        page.evaluate("""() => {
          window.blocked = [];
          document.addEventListener("securitypolicyviolation", event => blocked.push(event.effectiveDirective));
          const script = document.createElement("script");
          script.textContent = "window.ran = true";
          const image = document.createElement("div");
          image.innerHTML = '<img src="data:," onerror="window.ran = true"><p style="color: red"></p>';
          document.body.append(script, image);
          const foreign = document.createElement("script");
          foreign.src = "https://foreign.example/script.js";
          document.body.append(foreign);
        }""")
        page.wait_for_function("window.blocked.length >= 4")
        assert page.evaluate("window.ran") is None
        assert set(page.evaluate("window.blocked")) == {
            "script-src-elem",
            "script-src-attr",
            "style-src-attr",
        }
        source = page.request.get(demo.url).text()
        assert re.findall("<script[^>]*>", source) == ['<script type="module" src="/main.js">']
        assert not re.search(r"\son\w+=|\sstyle=|<style|javascript:", source)
