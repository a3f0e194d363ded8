/**
 * The way to the clouds: proxies, private authorities, and what breaks before a byte is sent. Hosts under `.test` exist
 * for proxies only, so whatever comes through came through a proxy.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { createServer as createNetServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { rootCertificates } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openPlatformClient, putObject } from "../../provider/src/clouds/alibaba/esa/upload-client.ts";
import type { Fault } from "../../provider/src/core/errors.ts";
import { Network } from "../../provider/src/core/network/network.ts";
import type { Environment } from "../../provider/src/core/network/proxies.ts";
import { authorities } from "../../provider/src/core/network/trust.ts";
import { spans, toCollector } from "../../provider/src/engine/process/spans.ts";
import {
  authority,
  certificate,
  listening,
  proxyTo,
  secureServer,
  socksTo,
  type Certificate,
  type Place,
} from "./places.ts";
import { call, cloud, clouds, failure, world, type Way } from "./ways.ts";

const host = "cloud.test";
let ca: Certificate;
let good: Certificate;
let caFile: string;
let folder: string;
beforeAll(async () => {
  ca = await authority();
  good = await certificate(ca, host);
  folder = mkdtempSync(path.join(tmpdir(), "network-"));
  caFile = path.join(folder, "authority.pem");
  writeFileSync(caFile, ca.cert);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(Object.entries(clouds))("%s", (_name, ask) => {
  test("through a proxy, by every variable, with a private authority as a file or as text", async () => {
    const { answer, asked } = cloud();
    const seen: string[] = [];
    await using server = await listening(secureServer(good, answer));
    await using proxy = await listening(proxyTo(server.port, seen));
    const url = `http://127.0.0.1:${proxy.port}`;
    const ways: Environment[] = [
      ...["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"].map((name) => ({ [name]: url })),
      { HTTPS_PROXY: `127.0.0.1:${proxy.port}` },
      { HTTPS_PROXY: `http://user:pass%20word@127.0.0.1:${proxy.port}` },
    ];
    for (const [index, env] of ways.entries()) await ask(host, { env, caBundle: index % 2 === 0 ? caFile : ca.cert });
    expect(seen).toEqual([...Array(5).fill(`CONNECT ${host}:443`), `CONNECT ${host}:443 with password`]);
    expect(asked).toEqual(Array(6).fill(expect.stringContaining(host)));
  });

  test("without TLS through a proxy", async () => {
    const { answer } = cloud();
    const seen: string[] = [];
    await using server = await listening(createServer(answer));
    await using proxy = await listening(proxyTo(server.port, seen));
    await ask(`http://${host}`, { env: { http_proxy: `http://127.0.0.1:${proxy.port}` } });
    expect(seen).toEqual([expect.stringMatching(/^(GET|POST) http:\/\/cloud\.test\//)]);
  });

  test("through a SOCKS proxy, which looks the name up", async () => {
    const { answer } = cloud();
    const seen: string[] = [];
    await using server = await listening(secureServer(good, answer));
    await using proxy = await listening(socksTo(server.port, seen));
    await ask(host, { env: { ALL_PROXY: `socks5h://127.0.0.1:${proxy.port}` }, caBundle: caFile });
    expect(seen).toEqual([`SOCKS ${host}:443`]);
  });

  test("loopback goes straight ahead, by version 6 of the protocol too", async () => {
    const { answer, asked } = cloud();
    await using four = await listening(createServer(answer));
    await using six = await listening(createServer(answer), "::1");
    // Nobody listens at that proxy.
    const env = { HTTP_PROXY: "http://127.0.0.1:9", ALL_PROXY: "http://127.0.0.1:9" };
    await ask(`http://127.0.0.1:${four.port}`, { env });
    await ask(`http://[::1]:${six.port}`, { env });
    expect(asked.map((line) => line.split(" ")[1])).toEqual([`127.0.0.1:${four.port}`, `[::1]:${six.port}`]);
  });

  test("NODE_EXTRA_CA_CERTS still counts beside caBundle", async () => {
    const { answer } = cloud();
    const other = await authority();
    await using server = await listening(secureServer(good, answer));
    await using proxy = await listening(proxyTo(server.port, []));
    const env = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, NODE_EXTRA_CA_CERTS: caFile };
    await ask(host, { env, caBundle: other.cert });
  });

  describe("before a byte is sent", () => {
    /** A server behind a proxy, as the user meets it. */
    async function behindProxy(made: Certificate | undefined, way: Way): Promise<Fault> {
      const { answer, asked } = cloud();
      await using server = await listening(made === undefined ? createServer(answer) : secureServer(made, answer));
      await using proxy = await listening(proxyTo(server.port, []));
      const env = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, ...way.env };
      const fault = await failure(ask(host, { ...way, env }));
      expect(asked).toEqual([]);
      return fault;
    }

    test("an authority that is not trusted", async () => {
      expect(await behindProxy(good, {})).toMatchObject({
        kind: "unsent",
        lasting: true,
        text: expect.stringMatching(
          /^the certificate of cloud\.test \(through the proxy http:\/\/127\.0\.0\.1:\d+\) comes from an authority that is not trusted here$/,
        ),
        hint: expect.stringMatching(/caBundle in the provider configuration, or NODE_EXTRA_CA_CERTS/),
      });
    });

    test("the certificate of another host, which is named", async () => {
      const other = await certificate(ca, "other.test");
      expect(await behindProxy(other, { caBundle: caFile })).toMatchObject({
        kind: "unsent",
        lasting: true,
        code: "ERR_TLS_CERT_ALTNAME_INVALID",
        text: expect.stringMatching(/showed the certificate of another host \(DNS:other\.test\)$/),
      });
    });

    test("a certificate that is over", async () => {
      const old = await certificate(ca, host, -1000);
      expect(await behindProxy(old, { caBundle: caFile })).toMatchObject({
        kind: "unsent",
        lasting: true,
        code: "CERT_HAS_EXPIRED",
        hint: expect.stringContaining("clock"),
      });
    });

    test("no TLS at the other end, through a proxy", async () => {
      expect(await behindProxy(undefined, {})).toMatchObject({ kind: "unsent", lasting: true });
    });

    test("no TLS at the other end", async () => {
      const { answer, asked } = cloud();
      await using server = await listening(createServer(answer));
      const fault = await failure(ask(`https://127.0.0.1:${server.port}`));
      expect(fault).toMatchObject({
        kind: "unsent",
        lasting: true,
        text: `127.0.0.1:${server.port} speaks no TLS that this machine knows`,
        hint: `Write http://127.0.0.1:${server.port} in the provider configuration, if that is meant.`,
      });
      expect(asked).toEqual([]);
    });

    test("nobody listens on this machine", async () => {
      const closed = await listening(createServer());
      await closed[Symbol.asyncDispose]();
      expect(await failure(ask(`http://127.0.0.1:${closed.port}`))).toMatchObject({
        kind: "unsent",
        lasting: false,
        code: "ECONNREFUSED",
        text: `127.0.0.1:${closed.port} refused the connection`,
        hint: expect.stringMatching(/^Is the emulator running\?/),
      });
    });

    test("a host that nobody knows", async () => {
      expect(await failure(ask("nowhere.invalid"))).toMatchObject({
        kind: "unsent",
        code: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/),
        text: expect.stringContaining("nowhere.invalid"),
      });
    });

    test.each([
      [407, true, "Put user and password into the proxy's URL"],
      [403, true, "Allow cloud.test in the proxy"],
      [429, false, "Check whether the proxy can reach cloud.test."],
      [500, false, "Check whether the proxy can reach cloud.test."],
    ])("a proxy that answers %i", async (status, lasting, hint) => {
      const seen: string[] = [];
      await using proxy: Place = await listening(proxyTo(1, seen, status));
      const fault = await failure(ask(host, { env: { HTTPS_PROXY: `http://u:hush@127.0.0.1:${proxy.port}` } }));
      expect(fault).toMatchObject({ kind: "unsent", lasting, code: `Proxy${status}` });
      expect(fault.text).toBe(
        `the proxy http://127.0.0.1:${proxy.port} answered ${status} and did not let the request to ${host} pass`,
      );
      expect(fault.hint).toContain(hint);
      expect(fault.message).not.toContain("hush");
      // What passes is tried again in the time there is.
      expect(seen.length).toBeLessThanOrEqual(lasting ? 1 : 3);
    });

    test("no proxy there", async () => {
      const fault = await failure(ask(host, { env: { HTTPS_PROXY: "http://127.0.0.1:9" } }));
      expect(fault).toMatchObject({
        kind: "unsent",
        text: `the proxy http://127.0.0.1:9 for ${host} refused the connection`,
      });
    });

    test("a proxy that is no URL, an authority that cannot be read", async () => {
      await expect(ask(host, { env: { HTTPS_PROXY: "ftp://x" } })).rejects.toThrow(/^HTTPS_PROXY is no URL of a proxy/);
      const absent = path.join(folder, "absent.pem");
      await expect(ask(host, { caBundle: absent })).rejects.toThrow(`caBundle: ${absent} cannot be read.`);
      await expect(ask(host, { caBundle: path.resolve("package.json") })).rejects.toThrow(/holds no certificate/);
      const broken = "-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----";
      for (const caBundle of [broken, `${ca.cert}\n${broken}`])
        await expect(ask(host, { caBundle })).rejects.toThrow(/the text holds a certificate that cannot be read/);
    });
  });

  test("a server that sends the call elsewhere: it goes nowhere, and is not tried again", async () => {
    const { answer, asked } = cloud();
    await using elsewhere = await listening(createServer(answer));
    for (const Location of [`http://127.0.0.1:${elsewhere.port}/`, "https://login.test/"]) {
      let count = 0;
      await using server = await listening(
        createServer((_request, response) => {
          count += 1;
          response.writeHead(307, { Location }).end();
        }),
      );
      const fault = await failure(ask(`http://127.0.0.1:${server.port}`));
      expect(fault).toMatchObject({ kind: "invalid", code: "HTTP307" });
      expect([count, asked]).toEqual([1, []]);
    }
  });

  test("what speaks no HTTP, as cloud and as proxy", async () => {
    await using other = await listening(
      createNetServer((socket) => socket.on("error", () => undefined).end("SSH-2.0-x\r\n\r\n")),
    );
    const there = `127.0.0.1:${other.port}`;
    expect(await failure(ask(`http://${there}`))).toMatchObject({
      kind: "ambiguous",
      text: `${there} answered something that is no HTTP`,
    });
    const fault = await failure(ask(host, { env: { HTTPS_PROXY: `http://u:hush@${there}` } }));
    expect(fault).toMatchObject({ kind: "unsent", lasting: true, code: "NoProxy" });
    expect(fault.message).toContain(`http://${there}, answered something that is no HTTP`);
    expect(fault.message).not.toContain("hush");
  });

  test("a server that asks for a certificate of the client", async () => {
    const { answer, asked } = cloud();
    const own = await certificate(ca, "localhost");
    const tls = { key: own.key, cert: own.cert, requestCert: true };
    await using server = await listening(createSecureServer(tls, answer));
    expect(await failure(ask(`https://localhost:${server.port}`, { caBundle: caFile }))).toMatchObject({
      kind: "unsent",
      lasting: true,
      text: `localhost:${server.port} asks for a certificate of the client`,
    });
    expect(asked).toEqual([]);
  });

  test.each([
    [302, "invalid"],
    [404, "invalid"],
    [429, "throttled"],
    [503, "ambiguous"],
  ])("a server that is not the cloud and answers %i", async (status, kind) => {
    await using server = await listening(
      createServer((_request, response) => response.writeHead(status).end("<html>")),
    );
    expect(await failure(ask(`http://127.0.0.1:${server.port}`))).toMatchObject({ kind, code: `HTTP${status}` });
  });
});

test("a file for ESA goes to storage through the proxy, and its certificate is checked", async () => {
  const { answer, asked } = cloud();
  const seen: string[] = [];
  const storage = await certificate(ca, "bucket.oss.test");
  await using server = await listening(secureServer(storage, answer));
  await using proxy = await listening(proxyTo(server.port, seen));
  const env = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
  const place = { bucket: "bucket", endpoint: "oss.test", objectKey: "k" };
  const grant = { ...place, accessKeyId: "STS.x", encodedPolicy: "p", signature: "s" };
  const put = (way: Way) => putObject(openPlatformClient(world(host, way)), grant, Buffer.from("x\n"), call());
  expect(await put({ env, caBundle: caFile })).toBe("http://bucket.oss.test/k");
  expect(seen).toEqual(["CONNECT bucket.oss.test:443"]);
  expect(await failure(put({ env }))).toMatchObject({ cloud: "OSS", kind: "unsent", lasting: true });
  expect(asked).toHaveLength(1);
});

test("traces go to their collector through the proxy", async () => {
  const seen: string[] = [];
  await using proxy = await listening(proxyTo(1, seen, 200));
  const network = new Network({ env: { HTTP_PROXY: `http://127.0.0.1:${proxy.port}` } });
  const collector = new URL("http://collector.test:4318");
  process.env["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.href;
  try {
    const traces = spans("edgecache", "0.0.0", [toCollector(() => network.agent(collector))]);
    traces.begin?.({ method: "Check", about: "", parent: undefined }).end({ status: "OK", message: "" });
    await traces.flush?.();
  } finally {
    delete process.env["OTEL_EXPORTER_OTLP_ENDPOINT"];
  }
  expect(seen).toEqual(["POST http://collector.test:4318/v1/traces"]);
});

test("a list of authorities has what Node trusts, what the environment adds, and the provider's own", () => {
  const env = { NODE_EXTRA_CA_CERTS: caFile };
  expect(authorities(good.cert, env)).toEqual([...rootCertificates, ca.cert, good.cert.trim()]);
});
