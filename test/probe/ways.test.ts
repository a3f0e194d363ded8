/** How probes get to a server: by proxies of the environment, to addresses of version 6, by other names than the URL's. */
import http from "node:http";
import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { beforeEach, expect, test } from "vitest";
import { selfSigned } from "../../emulator/src/vendors/alibaba/oss/certificate.ts";
import { authority, certificate, listening, proxyTo, socksTo } from "../clouds/places.ts";
import { changed, digest, useGround } from "./ground.ts";

const ground = useGround();
// Loading modules and the talk with a proxy are no traffic that stops the clock.
beforeEach(() => void (ground().clock.quietMs = 200));
const portOf = (address: string): number => Number(address.split(":")[1]);
const target = (url: string) => ({ target: url, hash: digest("new"), removed: false });

test("plain and TLS, by URL and by address: all leave by the proxy, under the names that visitors use", async () => {
  const tls = selfSigned(Date.now(), ["www.example.com"]);
  const plain = await ground().serve(({ response }) => void response.end("new"));
  const secure = await ground().serve(({ response }) => void response.end("new"), tls);
  const seen: string[] = [];
  await using toPlain = await listening(proxyTo(portOf(plain.address), seen));
  await using toSecure = await listening(proxyTo(portOf(secure.address), seen));
  ground().env = { HTTP_PROXY: `http://127.0.0.1:${toPlain.port}`, HTTPS_PROXY: `http://127.0.0.1:${toSecure.port}` };

  expect(await ground().check({}, [changed("/a", "new")])).toMatchObject({ fresh: true });
  expect((await ground().gate({ address: "203.0.113.7" }, [changed("/b", "new")])).open).toBe(true);
  const { ca } = { ca: tls.cert };
  expect((await ground().gate({ address: "203.0.113.8:8443", ca }, [target("https://www.example.com/c")])).open).toBe(
    true,
  );
  // What is passed on as it is goes by the name in its URL.
  expect(await ground().check({ host: "www.example.com" }, [target("http://edge.example.com/d")])).toMatchObject({
    fresh: true,
  });
  expect([...new Set(seen)]).toEqual([
    "GET http://www.example.com/a",
    "CONNECT 203.0.113.7:80",
    "CONNECT 203.0.113.8:8443",
    "CONNECT edge.example.com:80",
  ]);
  expect([...new Set([...plain.log, ...secure.log].map(({ url, headers }) => `${headers.host} ${url}`))]).toEqual([
    "www.example.com /a",
    "www.example.com /b",
    "www.example.com /d",
    "www.example.com /c",
  ]);
});

test("the provider's caBundle counts for probes too: behind a proxy that reads TLS all have its certificates", async () => {
  const tls = selfSigned(Date.now(), ["www.example.com"]);
  const origin = await ground().serve(({ response }) => void response.end("new"), tls);
  const asked = () => ground().gate({ address: origin.address, within: 1 }, [target("https://www.example.com/a")]);
  expect((await asked()).findings[0]?.seen.problem).toMatch(/SELF_SIGNED|self.signed/i);
  ground().caBundle = tls.cert;
  ground().forget();
  expect((await asked()).open).toBe(true);
});

test("a certificate of an authority that is not trusted is named as such", async () => {
  const tls = await certificate(await authority(), "www.example.com");
  const origin = await ground().serve(({ response }) => void response.end("new"), tls);
  const { findings } = await ground().gate({ address: origin.address, within: 1 }, [
    target("https://www.example.com/a"),
  ]);
  expect(findings[0]?.seen.problem).toMatch(/^no answer: \w+ \(its certificate's authority is not trusted here\)$/);
});

test("the node is not the proxy; NO_PROXY is heeded for the address that is connected to", async () => {
  const origin = await ground().serve(({ response }) => void response.end("new"));
  const seen: string[] = [];
  await using proxy = await listening(proxyTo(portOf(origin.address), seen));
  ground().env = { http_proxy: `127.0.0.1:${proxy.port}`, no_proxy: "<-loopback>" };
  const [finding] = (await ground().check({}, [changed("/a", "new")])).findings;
  expect(finding).not.toHaveProperty("node");
  expect((await ground().gate({ address: origin.address }, [changed("/a", "new")])).open).toBe(true);
  expect(new Set(seen).size).toBe(2);
  ground().env = { ...ground().env, no_proxy: "127.0.0.0/8,<-loopback>" };
  ground().forget();
  expect((await ground().gate({ address: origin.address }, [changed("/a", "new")])).open).toBe(true);
  expect(new Set(seen).size).toBe(2);
});

test("SOCKS, a proxy that refuses, and one that is down: the finding names the proxy, without its password", async () => {
  const origin = await ground().serve(({ response }) => void response.end("new"));
  const seen: string[] = [];
  await using socks = await listening(socksTo(portOf(origin.address), seen));
  ground().env = { ALL_PROXY: `socks5h://127.0.0.1:${socks.port}` };
  expect((await ground().check({}, [changed("/a", "new")])).fresh).toBe(true);
  expect([...new Set(seen)]).toEqual(["SOCKS www.example.com:80"]);
  ground().env = { HTTP_PROXY: "http://user:hunter2@127.0.0.1:1" };
  ground().forget();
  const { findings } = await ground().gate({ address: "203.0.113.7", within: 1 }, [changed("/a", "new")]);
  expect(findings[0]?.seen.problem).toMatch(/^no answer: ECONNREFUSED .* through the proxy http:\/\/127\.0\.0\.1:1$/);
});

const version6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === "::1"));
test.skipIf(!version6)(
  "IPv6: as the URL's host and as an address, with a port and without brackets of its own",
  async () => {
    const hosts: string[] = [];
    const server = http.createServer((request, response) => {
      hosts.push(request.headers.host ?? "");
      response.end("new");
    });
    await new Promise<void>((resolve) => server.listen(0, "::1", resolve));
    try {
      // oxlint-disable-next-line typescript/consistent-type-assertions -- it listens on a port
      const { port } = server.address() as AddressInfo;
      expect((await ground().gate({ url: `http://[::1]:${port}` }, [changed("/a", "new")])).open).toBe(true);
      expect((await ground().gate({ address: `[::1]:${port}` }, [changed("/a", "new")])).open).toBe(true);
      const edge = await ground().check({}, [target(`http://[::1]:${port}/a`)]);
      expect(edge.findings).toMatchObject([{ right: true, node: "::1" }]);
      expect(hosts).toEqual([`[::1]:${port}`, "www.example.com", `[::1]:${port}`]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  },
);

test.each([
  [
    "refuses",
    "HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nnew",
    (proxy: string) => `the proxy ${proxy} answered 404 and did not let the request pass`,
  ],
  [
    "is none",
    "220 mail ready\r\n\r\n",
    (proxy: string) => `what HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names, ${proxy}, answered something that is no HTTP`,
  ],
])("a proxy that %s has not answered for the origin", async (_, answer, words) => {
  await using proxy = await listening(http.createServer().on("connect", (_request, socket) => void socket.end(answer)));
  const address = `http://127.0.0.1:${proxy.port}`;
  ground().env = { ALL_PROXY: address };
  const gone = { target: "http://www.example.com/old", hash: undefined, removed: true };
  const { findings } = await ground().gate({ address: "203.0.113.7", removed: "gone", within: 1 }, [gone]);
  expect(findings).toMatchObject([{ right: false, seen: { problem: words(address) } }]);
});

test("a header's value that is no ASCII leaves in UTF-8", async () => {
  const origin = await ground().serve(({ response }) => void response.end("new"));
  const headers = { "X-A": "产 é" };
  expect((await ground().gate({ address: origin.address, headers }, [changed("/a", "new")])).open).toBe(true);
  expect(Buffer.from(String(origin.log[0]?.headers["x-a"]), "latin1").toString()).toBe("产 é");
});
