/** awaitOrigin against real origins that are late, flapping, compressing, redirecting, slow or down. */
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { selfSigned } from "../../emulator/src/vendors/alibaba/oss/certificate.ts";
import { closedGate } from "../../provider/src/probe/describe.ts";
import { limits } from "../../provider/src/probe/pace.ts";
import { changed, digest, removed, site, useGround } from "./ground.ts";

const ground = useGround();

test("a late origin: asked ever less often, open when it serves the new content", async () => {
  const origin = await ground().serve(({ response, second }) => void response.end(second < 90 ? "old" : "new"));
  const gate = await ground().gate({ address: origin.address }, [changed("/a.html", "new")]);
  expect(gate.open).toBe(true);
  expect(gate.findings).toMatchObject([
    { target: `${site}/a.html`, right: true, seen: { status: 200, digest: digest("new") }, node: origin.address },
  ]);
  const seconds = origin.log.map(({ second }) => second);
  expect(seconds.at(-1)).toBeGreaterThanOrEqual(90);
  expect(seconds.at(-1)).toBeLessThan(90 + 15);
  expect(seconds.length).toBeLessThan(15);
  expect(gate.waitedMs).toBe((seconds.at(-1) ?? 0) * 1000);
  expect(ground().statuses.at(-1)).toBe("origin: 1 of 1 URLs serve the new content");
});

test("time up: closed, with a last look then, and what was expected and found", async () => {
  const origin = await ground().serve(({ request, response }) => {
    if (request.url === "/down") return void response.writeHead(503).end("new");
    if (request.url === "/moved")
      return void response.writeHead(302, { Location: "https://other.example/login" }).end();
    response.end(request.url === "/new" ? "new" : "old");
  });
  const gate = await ground().gate({ address: origin.address, within: 30 }, [
    changed("/new", "new"),
    changed("/old", "new"),
    changed("/down", "new"),
    changed("/moved", "new"),
  ]);
  expect(gate.open).toBe(false);
  expect(gate.waitedMs).toBe(30_000);
  expect(Math.max(...origin.log.map(({ second }) => second))).toBe(30);
  expect(closedGate(gate).replaceAll(origin.address, "ORIGIN").split("\n")).toEqual([
    "awaitOrigin: after 30 s the origin does not serve the new content at 3 of 4 URLs; nothing was sent.",
    `  ${site}/old at ORIGIN: expected SHA-256 ${digest("new")}, found 200, SHA-256 ${digest("old")}`,
    `  ${site}/down at ORIGIN: expected SHA-256 ${digest("new")}, found 503, SHA-256 ${digest("new")}`,
    `  ${site}/moved at ORIGIN: expected SHA-256 ${digest("new")}, found 302 to https://other.example/login, SHA-256 ${digest("")}`,
    "Publish the content and run pulumi up again, or give the origin more time (awaitOrigin.within).",
  ]);
});

test("a flapping origin opens nothing until all is right in one round", async () => {
  // Two servers behind one name, one of which gets the release a minute later.
  let turn = 0;
  const origin = await ground().serve(
    ({ response, second }) => void response.end(second < 60 && turn++ % 2 === 0 ? "old" : "new"),
  );
  const gate = await ground().gate({ address: origin.address }, [
    changed("/a", "new"),
    changed("/b", "new"),
    changed("/c", "new"),
  ]);
  expect(gate.open).toBe(true);
  expect(ground().second).toBeGreaterThanOrEqual(60);
  const last = origin.log.filter(({ second }) => second === ground().second).map(({ url }) => url);
  expect(last.slice(-3).toSorted()).toEqual(["/a", "/b", "/c"]);
});

test("an origin that is down at first, and one that cuts off", async () => {
  const origin = await ground().serve(({ request, response, second }) => {
    if (second < 5) request.socket.destroy();
    else if (second < 20) {
      response.writeHead(200, { "Content-Length": "3" });
      response.write("n");
      response.destroy();
    } else response.end("new");
  });
  expect((await ground().gate({ address: origin.address }, [changed("/a", "new")])).open).toBe(true);
  const nobody = await ground().gate({ address: "127.0.0.1:1", within: 3 }, [changed("/a", "new")]);
  expect(nobody.findings[0]?.seen.problem).toMatch(/^no answer: ECONNREFUSED/);
});

test("a slow origin: each request has its time, and the run goes on", async () => {
  ground().clock.stallMs = 30;
  const origin = await ground().serve(({ response, second }) => {
    // It never answers what it is asked in the first half minute.
    if (second >= 30) response.end("new");
  });
  const gate = await ground().gate({ address: origin.address, within: 60 }, [changed("/a", "new")]);
  expect(gate.open).toBe(true);
  expect(ground().second).toBeLessThan(45);
  const never = await ground().serve(() => undefined);
  const closed = await ground().gate({ address: never.address, within: 5 }, [changed("/a", "new")]);
  expect(closed.findings[0]?.seen.problem).toBe(`no answer within ${limits.answerMs / 1000} s`);
  expect(closed.waitedMs).toBe(limits.answerMs);
});

test.each([
  ["gzip", gzipSync],
  ["br", brotliCompressSync],
  ...(zstdCompressSync === undefined ? [] : ([["zstd", zstdCompressSync]] as const)),
] as const)("a body sent as %s is compared as it is decoded", async (encoding, compress) => {
  const origin = await ground().serve(({ request, response }) => {
    expect(request.headers["accept-encoding"]).toContain(encoding);
    response.writeHead(200, { "Content-Encoding": encoding }).end(compress("new"));
  });
  expect((await ground().gate({ address: origin.address }, [changed("/a", "new")])).open).toBe(true);
});

test("what cannot be decoded, or is too big, is said", async () => {
  const bomb = gzipSync(Buffer.alloc(limits.bodyBytes + 1));
  const origin = await ground().serve(({ request, response }) => {
    if (request.url === "/bomb") response.writeHead(200, { "Content-Encoding": "gzip" }).end(bomb);
    else if (request.url === "/big") response.end(Buffer.alloc(limits.bodyBytes + 1));
    else if (request.url === "/broken") response.writeHead(200, { "Content-Encoding": "br" }).end("no brotli");
    else if (request.url === "/two")
      response.writeHead(200, { "Content-Encoding": "gzip, br" }).end(brotliCompressSync(gzipSync("new")));
    else response.writeHead(200, { "Content-Encoding": "sdch" }).end("new");
  });
  const paths = ["/bomb", "/big", "/broken", "/unknown", "/two"];
  const gate = await ground().gate(
    { address: origin.address, within: 1 },
    paths.map((path) => changed(path, "new")),
  );
  expect(gate.findings.map(({ seen, right }) => seen.problem ?? right)).toEqual([
    `its body is over ${limits.bodyBytes} bytes`,
    `its body is over ${limits.bodyBytes} bytes`,
    "its br cannot be decoded",
    "its encoding sdch is unknown here",
    true,
  ]);
});

test("redirects are followed on the same host, and no further", async () => {
  const stranger = await ground().serve(({ response }) => void response.end("new"));
  const origin = await ground().serve(({ request, response }) => {
    if (request.url === "/docs") response.writeHead(301, { Location: "/docs/" }).end();
    else if (request.url === "/named") response.writeHead(308, { Location: `${site}/docs/` }).end();
    else if (request.url === "/away") response.writeHead(302, { Location: `http://${stranger.address}/docs/` }).end();
    else if (request.url === "/loop") response.writeHead(302, { Location: "/loop" }).end();
    else response.end("new");
  });
  const base = {
    url: `http://${origin.address}`,
    host: "www.example.com",
    headers: { Authorization: "Bearer secret" },
    within: 1,
  };
  const gate = await ground().gate(
    base,
    ["/docs", "/named", "/away", "/loop"].map((path) => changed(path, "new")),
  );
  expect(gate.findings.map(({ right }) => right)).toEqual([true, true, false, false]);
  expect(stranger.log).toEqual([]);
  expect(origin.log.filter(({ url, second }) => url === "/loop" && second === 0)).toHaveLength(4);
});

test("nothing that names anybody is sent, unless the user says so", async () => {
  const origin = await ground().serve(({ response }) => void response.setHeader("Set-Cookie", "id=1").end("new"));
  await ground().gate({ address: origin.address }, [changed("/a?b=c", "new")]);
  await ground().gate({ address: origin.address, host: "shop.example.com", headers: { authorization: "Bearer x" } }, [
    changed("/a", "new"),
  ]);
  const [plain, named] = origin.log;
  expect(plain).toMatchObject({ method: "GET", url: "/a?b=c" });
  expect(Object.keys(plain?.headers ?? {}).toSorted()).toEqual([
    "accept",
    "accept-encoding",
    "connection",
    "host",
    "user-agent",
  ]);
  expect(plain?.headers.host).toBe("www.example.com");
  expect(named?.headers).toMatchObject({ authorization: "Bearer x", host: "shop.example.com" });
});

test("by a header or by a text, at one URL that tells the version", async () => {
  const origin = await ground().serve(({ response, second }) => {
    response.setHeader("X-Version", second < 10 ? "1" : "2").end(`build ${second < 20 ? "1" : "2"} of the shop`);
  });
  const urls = [`http://${origin.address}/version`];
  const byHeader = await ground().gate({ urls, expect: { header: "x-version", value: "2" } }, [
    { target: "a-tag", removed: false },
  ]);
  expect(byHeader).toMatchObject({ open: true, findings: [{ seen: { status: 200, value: "2" } }] });
  expect(ground().second).toBeLessThan(20);
  const byText = await ground().gate({ urls, expect: { text: "build 2 of" } }, []);
  expect(byText.open).toBe(true);
  expect(ground().second).toBeGreaterThanOrEqual(20);
  const byDigest = await ground().gate({ urls, expect: { digest: digest("build 2 of the shop").toUpperCase() } }, []);
  expect(byDigest.open).toBe(true);
});

test("removed targets: not asked, or gone where that is asked for", async () => {
  const origin = await ground().serve(({ request, response, second }) => {
    response.writeHead(request.url === "/old" ? (second < 7 ? 200 : 410) : 200).end("new");
  });
  const targets = [changed("/a", "new"), removed("/old")];
  expect(await ground().gate({ address: origin.address }, targets)).toMatchObject({ open: true, waitedMs: 0 });
  expect(origin.log.map(({ url }) => url)).toEqual(["/a"]);
  const gone = await ground().gate({ address: origin.address, removed: "gone" }, targets);
  expect(gone).toMatchObject({ open: true, findings: [{}, { expected: { kind: "gone" }, seen: { status: 410 } }] });
  expect(ground().second).toBeGreaterThanOrEqual(7);
  expect(await ground().gate({ address: origin.address }, [removed("/old")])).toEqual({
    open: true,
    findings: [],
    waitedMs: 0,
  });
});

test("TLS by the target's name at another address, with the origin's own certificate", async () => {
  const tls = selfSigned(Date.now(), ["www.example.com", "origin.internal"]);
  const origin = await ground().serve(({ response }) => void response.end("new"), tls);
  const targets = [{ target: "https://www.example.com/a", hash: digest("new"), removed: false }];
  const { address } = origin;
  expect((await ground().gate({ address, ca: tls.cert }, targets)).open).toBe(true);
  expect(
    (await ground().gate({ url: `https://${address}/`, serverName: "origin.internal", ca: tls.cert }, targets)).open,
  ).toBe(true);
  const untrusted = await ground().gate({ address, within: 1 }, targets);
  expect(untrusted.findings[0]?.seen.problem).toMatch(/^no answer: DEPTH_ZERO_SELF_SIGNED_CERT/);
  const otherName = await ground().gate({ address, ca: tls.cert, serverName: "else.example.com", within: 1 }, targets);
  expect(otherName.findings[0]?.seen.problem).toMatch(/^no answer: ERR_TLS_CERT_ALTNAME_INVALID/);
});

test("20 of 1,000 targets, each at once: no longer than the slowest, and no faster than the pace", async () => {
  ground().clock.stallMs = 30;
  const origin = await ground().serve(async ({ request, response }) => {
    // Between 0.1 and 2 s.
    await ground().own.sleep(100 + (Number(request.url?.slice(2)) % 20) * 100);
    response.end("new");
  });
  const targets = Array.from({ length: 1000 }, (_, index) => changed(`/p${index}`, "new"));
  const gate = await ground().gate({ address: origin.address }, targets);
  expect(gate.open).toBe(true);
  expect(origin.log).toHaveLength(20);
  const slowest = Math.max(...origin.log.map(({ url }) => 100 + (Number(url.slice(2)) % 20) * 100));
  expect(gate.waitedMs).toBeLessThanOrEqual(1.2 * slowest);
});

test("however many are asked, a server gets no more than the pace", async () => {
  const origin = await ground().serve(({ response }) => void response.end("new"));
  const targets = Array.from({ length: 90 }, (_, index) => changed(`/p${index}`, "new"));
  await ground().gate({ address: origin.address, sample: "all" }, targets);
  const seconds = origin.log.map(({ second }) => second);
  expect(seconds).toHaveLength(90);
  for (const from of seconds) {
    expect(seconds.filter((second) => second >= from && second < from + 1).length).toBeLessThanOrEqual(limits.requests);
  }
});

test.each([
  ["between two looks", 10],
  ["in the last look", 20],
])("Ctrl-C %s", async (_, from) => {
  const origin = await ground().serve(({ response, second }) => {
    if (second >= from) ground().cancel.abort();
    response.end("old");
  });
  const gate = ground().gate({ address: origin.address, within: 20 }, [changed("/a", "new")]);
  await expect(gate).rejects.toThrow("The operation was cancelled.");
  expect(origin.log.at(-1)?.second).toBe(ground().second);
});
