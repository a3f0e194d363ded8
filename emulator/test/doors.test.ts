/** Who may come in: hosts, origins and media types at the control API, the page and the clouds; addresses to read from. */
import http from "node:http";
import { once } from "node:events";
import type net from "node:net";
import { describe, expect, test } from "vitest";
import { startEmulator } from "../src/index.ts";
import { alibaba, tencent } from "./clients.ts";
import { SiteId } from "./settings.ts";
import { useEmulator } from "./use-emulator.ts";

const bench = useEmulator({ allowHosts: ["emulator", "[fd00::7]:4500"] });

interface Said {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/** A request with any headers, which `fetch` would not send. */
function send(method: string, path: string, headers: Record<string, string>, body = "", to = bench.emulator.endpoint) {
  return new Promise<Said>((resolve, reject) => {
    const request = http.request(`${to}${path}`, { method, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

const own = (): string => new URL(bench.emulator.endpoint).host;
const JSON_TYPE = { "content-type": "application/json" };

describe("the Host header", () => {
  const names = ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "192.168.1.5", "0.0.0.0", "[::2]"];
  const paths = [
    "/_emulator/",
    "/_emulator/state",
    "/_emulator/configuration",
    "/_emulator/requests",
    "/_emulator/oss/x",
  ];
  test.each(names)("%s reads nothing and calls no cloud", async (host) => {
    for (const path of paths) {
      const { status, text } = await send("GET", path, { host: `${host}:4500` });
      expect([status, JSON.parse(text)]).toEqual([403, { error: expect.stringContaining(host) as string }]);
    }
    if (/^[\d.]+$|^\[/.test(host)) return;
    const call = await alibaba(bench.emulator.endpoint, "esa", "GetSite", { SiteId }, { tamper: { host } });
    expect([call.status, call.body["Code"]]).toEqual([403, "HostNotAllowed"]);
    expect(call.body["Message"]).toContain(`--allow-host ${host}`);
  });

  test.each(["a b", "user@127.0.0.1", "127.0.0.1/evil", "[::1", "%", "127.0.0.1:port"])("%j is none", async (host) => {
    expect((await send("GET", "/_emulator/state", { host })).status).toBe(400);
  });

  test.each(["localhost", "LOCALHOST.", "app.localhost", "127.0.0.1", "127.9.9.9", "[::1]", "emulator", "[fd00::7]"])(
    "%s is let in, with any port",
    async (host) => {
      expect((await send("GET", "/_emulator/state", { host: `${host}:8080` })).status).toBe(200);
      expect((await send("GET", "/_emulator/state", { host })).status).toBe(200);
    },
  );

  test("of a vendor's endpoint, or an address, is how SDKs may call a cloud that DNS or a proxy leads here", async () => {
    for (const host of ["esa.cn-hangzhou.aliyuncs.com", "192.168.1.5:4500", "[fd00::9]:4500"]) {
      const asked = { host, "x-acs-action": "GetSite", "x-acs-version": "2024-09-10" };
      expect(JSON.parse((await send("POST", "/", asked)).text)).toMatchObject({ Code: "MissingAccessKeyId" });
      expect((await send("GET", "/_emulator/state", { host })).status).toBe(403);
    }
    const posing = { host: "aliyuncs.com.evil.example", "x-acs-action": "GetSite" };
    expect((await send("POST", "/", posing)).status).toBe(403);
  });

  test("of a simulated site is the edge's to serve, and no one's way into the control API", async () => {
    await bench.emulator.control.origin.publish({ host: "www.example.com", path: "/", body: "hello" });
    const { edge, endpoint } = bench.emulator;
    expect((await send("GET", "/", { host: "www.example.com" }, "", edge.url)).text).toBe("hello");
    expect((await send("GET", "/_emulator/state", { host: "www.example.com" }, "", edge.url)).status).toBe(404);
    expect((await send("GET", "/_emulator/state", { host: "www.example.com" }, "", endpoint)).status).toBe(403);
  });
});

describe("the Origin header", () => {
  const foreign = () => [
    "http://evil.example",
    `https://evil.example`,
    "null",
    "http://127.0.0.1:1",
    "http://localhost",
    "",
  ];
  test("of another origin changes nothing and reads nothing, whatever the media type", async () => {
    for (const origin of foreign()) {
      for (const [method, path] of [
        ["GET", "/state"],
        ["POST", "/reset"],
        ["PUT", "/clock"],
        ["OPTIONS", "/reset"],
      ] as const) {
        const { status, headers } = await send(method, `/_emulator${path}`, { origin, ...JSON_TYPE });
        expect([origin, status, headers["access-control-allow-origin"]]).toEqual([origin, 403, undefined]);
      }
      const headers = { origin, "x-acs-action": "GetSite", "x-acs-version": "2024-09-10" };
      expect((await send("POST", "/", headers)).text).toContain("OriginNotAllowed");
    }
  });

  test("of the page itself is let in, also by an allowed name", async () => {
    const same = { origin: `http://${own()}`, ...JSON_TYPE };
    expect((await send("POST", "/_emulator/reset", same)).status).toBe(204);
    const named = { host: "emulator:4500", origin: "http://emulator:4500", ...JSON_TYPE };
    expect((await send("POST", "/_emulator/reset", named)).status).toBe(204);
  });

  test("is missing where a page loads an image or a script: the browser says cross-site", async () => {
    for (const site of ["cross-site", "same-site"]) {
      const image = { "sec-fetch-site": site, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" };
      expect((await send("GET", "/_emulator/state", image)).status).toBe(403);
      expect((await send("GET", "/", image)).text).toContain("OriginNotAllowed");
    }
    const link = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
    expect((await send("GET", "/_emulator/", link)).status).toBe(200);
    expect((await send("POST", "/_emulator/reset", { ...link, ...JSON_TYPE })).status).toBe(403);
  });
});

describe("changes", () => {
  const changes = [
    ["POST", "/clock/advance", { ms: 5 }],
    ["PUT", "/clock", { mode: "frozen", now: "2030-01-01T00:00:00Z" }],
    ["POST", "/faults", { kind: "badGateway" }],
    ["POST", "/tenants", { name: "made" }],
    ["POST", "/reset", {}],
    ["PATCH", "/settings", { limits: { "esa.lockMs": 1 } }],
    ["PUT", "/seed", {}],
    ["PUT", "/snapshots/x", {}],
  ] as const;
  const types = [
    "text/plain",
    "text/plain;x=application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
  ];
  test.each(changes)("%s %s needs JSON by its media type", async (method, path, body) => {
    for (const type of [...types, undefined]) {
      const headers = type === undefined ? {} : { "content-type": type };
      const { status, text } = await send(method, `/_emulator${path}`, headers, JSON.stringify(body));
      expect([status, text]).toEqual([415, expect.stringContaining("content-type: application/json") as string]);
    }
    expect((await bench.emulator.control.clock.get()).now).toBe("2026-11-22T12:00:00.000Z");
    const { status } = await send(
      method,
      `/_emulator${path}`,
      { "content-type": "application/json; charset=utf-8" },
      JSON.stringify(body),
    );
    expect(status).toBeLessThan(300);
    await bench.emulator.control.removeTenant("made").catch(() => undefined);
  });
});

test("the page is framed by nobody", async () => {
  for (const path of ["/_emulator/", "/_emulator/page/page.mjs", "/_emulator/state", "/_emulator/nothing"]) {
    const { headers } = await send("GET", path, {});
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect([headers["x-frame-options"], headers["x-content-type-options"]]).toEqual(["DENY", "nosniff"]);
  }
});

describe("UploadFile", () => {
  /** How many lines of the file were read. */
  const lines = async (Url: string, endpoint = bench.emulator.endpoint): Promise<number> => {
    const parameters = { SiteId, Type: "file", UploadTaskName: "x", Url };
    const { body } = await alibaba(endpoint, "esa", "UploadFile", parameters);
    const uploaded = String(body["UploadId"]);
    await alibaba(endpoint, "esa", "SubmitUploadTask", { SiteId, UploadId: uploaded });
    const task = await alibaba(endpoint, "esa", "GetUploadTask", { SiteId, UploadId: uploaded });
    return Number(/of (\d+) lines/.exec(String(task.body["Description"]))?.[1] ?? 0);
  };

  test("reads what lies here and what was allowed, never the network of the machine", async () => {
    const asked: string[] = [];
    const inside = http.createServer((request, response) => {
      asked.push(request.url ?? "");
      if (request.url === "/moved") return void response.writeHead(302, { location: "/secret" }).end();
      response.end("http://a.test/1\nhttp://a.test/2\n");
    });
    await once(inside.listen(0, "127.0.0.1"), "listening");
    const { port } = inside.address() as net.AddressInfo;
    const { control, endpoint } = bench.emulator;
    await control.settings.switches({ "esa.uploadSource": "network" });
    for (const url of [
      `http://127.0.0.1:${port}/secret`,
      `http://localhost:${port}/secret`,
      `${endpoint}/_emulator/state`,
    ]) {
      expect(await lines(url)).toBe(0);
    }
    expect(asked).toEqual([]);
    expect(await lines(await control.storage.put("list.txt", "http://b.test/1\n"))).toBe(1);

    const switches = { "esa.uploadSource": "network" };
    await using allowing = await startEmulator({ switches, allowFetch: [`127.0.0.1:${port}`] });
    expect(await lines(`http://127.0.0.1:${port}/list`, allowing.endpoint)).toBe(2);
    // where an allowed server sends its visitors was not allowed with it
    expect(await lines(`http://127.0.0.1:${port}/moved`, allowing.endpoint)).toBe(0);
    expect(asked).toEqual(["/list", "/moved"]);
    inside.close();
  });
});

test("listening on all addresses it names the loopback, and SDKs reach it by an allowed name", async () => {
  await using emulator = await startEmulator({ host: "0.0.0.0", allowHosts: ["emulator"] });
  expect(emulator.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect((await emulator.control.visit("http://www.example.com/")).status).toBe(404);
  const { response } = await tencent(emulator.endpoint, "DescribeZones", {});
  expect(response["TotalCount"]).toBe(1);
  const port = new URL(emulator.endpoint).port;
  expect((await send("GET", "/_emulator/state", { host: `emulator:${port}` }, "", emulator.endpoint)).status).toBe(200);
  await using six = await startEmulator({ host: "::1" });
  expect((await six.control.info()).endpoint).toMatch(/^http:\/\/\[::1\]:\d+$/);
});

test("what is no host cannot be allowed", async () => {
  await expect(startEmulator({ allowHosts: ["http://emulator"] })).rejects.toThrow('"http://emulator" is no host');
});
