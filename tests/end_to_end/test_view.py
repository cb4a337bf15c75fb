# SPDX-License-Identifier: GPL-3.0-or-later
"""The server of `view`: one record and one page, on this machine, to those who have its address."""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import time
import unittest

from program import PROGRAM, TWO_DIGITS, FolderTest, run, tripartite
from viewer_pages import Elements, make_pages


class View(FolderTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.environment = make_pages(cls.folder / "pages")
        cls.record = cls.folder / "<script><b>.h5"
        run(TWO_DIGITS, cls.record, {"pause": "0 ms", "record.neurons": "[]"}).close()
        cls.bytes = cls.record.read_bytes()
        cls.server = cls.start()
        cls.addClassCleanup(cls.end, cls.server)
        address = cls.server.stdout.readline().strip()
        cls.port, cls.token = cls.parse(address)

    @classmethod
    def start(cls, *arguments, record=None, **options):
        return subprocess.Popen([PROGRAM, "view", record or cls.record, *arguments],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                env=cls.environment, **options)

    @staticmethod
    def end(server, by=signal.SIGINT):
        """Ends the server and returns its exit status and what it said."""
        if server.poll() is None:
            server.send_signal(by)
        said = server.communicate(timeout=60)
        return server.returncode, *said

    @staticmethod
    def parse(address):
        found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/([0-9a-f]{32})/", address)
        assert found, address
        return int(found[1]), found[2]

    def ask(self, path, method="GET", host=None, body=None, **headers):
        """Status, headers and body of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            if host != "":
                connection.putheader("Host", host or f"127.0.0.1:{self.port}")
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()

    def at(self, name, **options):
        return self.ask(f"/{self.token}/{name}", **options)

    def test_page(self):
        status, headers, body = self.at("")
        self.assertEqual(status, 200)
        self.assertEqual(headers["Content-Type"], "text/html; charset=utf-8")
        for name, value in (("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer"),
                            ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"),
                            ("Cross-Origin-Resource-Policy", "same-origin")):
            self.assertEqual(headers[name], value)
        page = Elements(body.decode())
        self.assertNotIn("b", [tag for tag, _ in page.found])
        said = json.loads(page.scripts["record"])
        self.assertEqual((said["name"], said["address"]), (self.record.name, "record"))
        self.assertEqual(json.loads(said["log"])["status"], "complete")

    def test_record_whole_and_in_ranges(self):
        status, headers, body = self.at("record")
        self.assertEqual((status, body), (200, self.bytes))
        self.assertEqual(headers["Accept-Ranges"], "bytes")
        size = len(self.bytes)
        for asked, start, stop in (("0-0", 0, 1), ("100-299", 100, 300), ("1000-", 1000, size),
                                   ("-10", size - 10, size), (f"5-{size + 10}", 5, size),
                                   (f"-{10 * size}", 0, size)):
            status, headers, body = self.at("record", Range=f"bytes={asked}")
            self.assertEqual((status, body), (206, self.bytes[start:stop]), asked)
            self.assertEqual(headers["Content-Range"], f"bytes {start}-{stop - 1}/{size}")
        for asked in (f"bytes={size}-", "bytes=5-2", "bytes=-0", "bytes=1-2,4-5", "bytes=a-b",
                      "pages=1-2", "bytes=" + "9" * 30 + "-", "bytes=-"):
            self.assertEqual(self.at("record", Range=asked)[0], 416, asked)

    def test_head(self):
        status, headers, body = self.at("record", method="HEAD")
        self.assertEqual((status, body), (200, b""))
        self.assertEqual(int(headers["Content-Length"]), len(self.bytes))

    def test_without_the_token_there_is_nothing(self):
        wrong = self.token[:-1] + ("0" if self.token[-1] != "0" else "1")
        for path in ("/", "/record", f"/{wrong}/", f"/{wrong}/record", f"/{self.token}",
                     f"/{self.token[:-1]}/", f"//{self.token}/", f"/{self.token.upper()}/x",
                     f"/{self.token}0/", f"/{self.token}/{self.token}/", "/favicon.ico",
                     f"/x/../{self.token}/record"):
            self.assertEqual(self.ask(path)[0], 404, path)

    def test_nothing_else_is_served(self):
        for name in ("../record", "record/", "record/..", "./record", "index.html",
                     "..%2f..%2fetc%2fpasswd", "../../../../etc/passwd", "%2e%2e/record",
                     "record%00", "record.log.json", "RECORD"):
            status, _, body = self.at(name)
            self.assertIn(status, (400, 404), name)
            self.assertNotIn(b"root:", body)

    def test_another_name_of_this_machine_is_refused(self):
        for host in ("example.org", f"example.org:{self.port}", "127.0.0.1", "localhost",
                     f"127.0.0.1:{self.port + 1}", f"127.0.0.1:{self.port}.example.org",
                     f"0.0.0.0:{self.port}"):
            self.assertEqual(self.at("", host=host)[0], 403, host)
        self.assertIn(self.at("", host="")[0], (400, 403))
        self.assertEqual(self.at("", host=f"localhost:{self.port}")[0], 200)

    def test_pages_of_other_sites_are_refused(self):
        for site in ("cross-site", "same-site"):
            self.assertEqual(self.at("record", Sec_Fetch_Site=site)[0], 403)
        for site in ("none", "same-origin"):
            self.assertEqual(self.at("record", Sec_Fetch_Site=site)[0], 200)

    def test_it_only_reads(self):
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"):
            status, headers, _ = self.at("record", method=method)
            self.assertEqual(status, 405, method)
            self.assertEqual(headers["Allow"], "GET, HEAD")
        self.assertEqual(self.record.read_bytes(), self.bytes)

    def test_limits(self):
        self.assertIn(self.at("", X_Long="x" * 100000)[0], (400, 413, 431))
        self.assertIn(self.ask("/" + "x" * 100000)[0], (400, 404, 413, 414, 431))
        with contextlib.ExitStack() as stack:
            for _ in range(60):  # more than it takes at a time
                held = stack.enter_context(socket.socket())
                held.settimeout(60)
                held.connect(("127.0.0.1", self.port))
        self.assertEqual(self.wait_for_page(), 200)

    def wait_for_page(self):
        """It answers again when the others have gone."""
        for _ in range(100):
            with contextlib.suppress(OSError, http.client.HTTPException):
                return self.at("")[0]
            time.sleep(0.1)
        return None

    def test_other_addresses_of_this_machine_do_not_answer(self):
        """127.0.0.2 is this machine too, and stands for its other interfaces."""
        for family, address in ((socket.AF_INET, "127.0.0.2"), (socket.AF_INET6, "::1")):
            with contextlib.suppress(OSError):
                with socket.socket(family) as other:
                    other.settimeout(60)
                    self.assertNotEqual(other.connect_ex((address, self.port)), 0, address)
        with open("/proc/net/tcp", encoding="ascii") as table:
            bound = [line.split()[1] for line in table if f":{self.port:04X} " in line
                     and line.split()[3] == "0A"]
        self.assertEqual(bound, [f"0100007F:{self.port:04X}"])

    def test_tokens_and_ports_differ(self):
        server = self.start()
        port, token = self.parse(server.stdout.readline().strip())
        self.assertNotEqual((port, token), (self.port, self.token))
        self.assertNotEqual(token, self.token)
        code, _, said = self.end(server)
        self.assertEqual(code, 0, said)

    def test_it_ends_with_each_signal_and_leaves_nothing(self):
        before = sorted(os.listdir(self.folder))
        for by in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            server = self.start()
            port, _ = self.parse(server.stdout.readline().strip())
            code, _, said = self.end(server, by)
            self.assertEqual(code, 0, said)
            with socket.socket() as gone:
                self.assertNotEqual(gone.connect_ex(("127.0.0.1", port)), 0)
        self.assertEqual(sorted(os.listdir(self.folder)), before)

    def test_port(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = self.start("--port", str(port))
        self.assertEqual(self.parse(server.stdout.readline().strip())[0], port)
        self.assertSays(tripartite("view", self.record, "--port", port, env=self.environment), 1,
                        "cannot serve on 127.0.0.1", "--port")
        self.end(server)

    def test_what_is_wrong(self):
        for arguments, part in (((), "expected one record"),
                                ((self.record, "--port", "0"), "--port 0"),
                                ((self.record, "--port", "70000"), "--port 70000"),
                                ((self.folder / "none.h5",), "cannot be opened"),
                                ((TWO_DIGITS,), "not an HDF5 file")):
            self.assertSays(tripartite("view", *arguments, env=self.environment), 2, part)

    def test_open(self):
        """--open gives the address to xdg-open, here one that writes it down."""
        tools = self.folder / "tools"
        tools.mkdir()
        said = self.folder / "said"
        (tools / "xdg-open").write_text(f'#!/bin/sh\necho "$@" >{said}.part\nmv {said}.part {said}\n')
        (tools / "xdg-open").chmod(0o755)
        environment = {**self.environment, "PATH": f"{tools}:{os.environ['PATH']}"}
        server = subprocess.Popen([PROGRAM, "view", self.record, "--open"], text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
        address = server.stdout.readline().strip()
        for _ in range(600):
            if said.exists():
                break
            time.sleep(0.1)
        self.assertEqual(said.read_text().strip(), address)
        self.end(server)
        said.unlink()


if __name__ == "__main__":
    unittest.main()
