/** Ten thousand requests that nobody should send: each is answered, none fails inside, and the emulator goes on. */
import http from "node:http";
import net from "node:net";
import fc from "fast-check";
import { expect, test } from "vitest";
import { routes } from "../src/control/openapi.ts";
import { alibaba, tencent } from "./clients.ts";
import { useEmulator } from "./use-emulator.ts";

const bench = useEmulator({ limits: { "edge.originTimeoutMs": 300 } });
const SEED = 20_261_128;
const AT_ONCE = 24;

const oddText = fc.oneof(
  fc.constantFrom("", " ", "产品", "\0", "a\r\nb: c", "../../x", "%", "%zz", "%00", "__proto__", "constructor", "NaN"),
  fc.constantFrom("-1", "1e999", "9".repeat(40), "null", "[]", "{}", '{"a":', "x".repeat(5_000), "\u202e", "😀", "*"),
  fc.constantFrom("http://", "http://[", "//", "http://www.example.com/\n", "https://www.example.com:99999/", "a,b,,c"),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.string({ maxLength: 30 }),
);
const oddNumber = fc.oneof(
  fc.constantFrom(0, -1, 1e308, 2 ** 53, -(2 ** 53), 2 ** 31, 0.5, 8.64e15, 253_402_300_799_999),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const oddTime = fc.constantFrom(
  "+275760-09-13T00:00:00Z",
  "9999-12-31T23:59:59Z",
  "0000-01-01T00:00:00Z",
  "NaN",
  "now",
);
const oddValue: fc.Arbitrary<unknown> = fc.oneof(oddText, oddNumber, oddTime, fc.constantFrom(null, true, [], {}));

/** Members that the control API and the clouds know, with values that they do not expect. */
const members = `ms mode now name seed clock kind code status delayMs count probability target switches limits texts pages
  host path headers body down keys nodes services message retryAfterMs encoding faults`;
const member = fc.constantFrom(...members.split(/\s+/));
const known: fc.Arbitrary<unknown> = fc.oneof(
  fc.record({ mode: fc.constantFrom("frozen", "real"), now: oddTime }),
  fc.record({ ms: oddNumber }),
  fc.record({ limits: fc.dictionary(fc.constantFrom("esa.purgeMs", "teo.purgeMs", "edge.lateNodeMs"), oddNumber) }),
  fc.record({ kind: fc.constantFrom("error", "throttle"), code: oddText, status: oddNumber, message: oddText }),
  fc.array(
    fc.record(
      {
        path: fc.constantFrom("/", "/a", "/产品"),
        headers: fc.dictionary(fc.constantFrom("cache-tag", "vary", "cache-control", "etag", "Connection"), oddText),
        status: fc.integer({ min: 200, max: 599 }),
        body: oddText,
        bare: fc.boolean(),
      },
      { requiredKeys: ["path"] },
    ),
    { maxLength: 3 },
  ),
  fc.dictionary(member, oddValue, { maxKeys: 4 }),
  oddValue,
);

const headerText = oddText.map((text) => Buffer.from(text.replace(/[\0-\x1f\x7f]/g, "?"), "utf8").toString("latin1"));
const oddHeaders = fc.dictionary(
  fc.constantFrom(
    "x-emulator-tenant",
    "x-emulator-node",
    "range",
    "if-none-match",
    "if-modified-since",
    "cookie",
    "accept",
  ),
  headerText,
  { maxKeys: 3 },
);
const method = fc.constantFrom("GET", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND");
const segment = oddText.map((text) => encodeURIComponent(text).slice(0, 200));

interface Odd {
  readonly door: "control" | "edge" | "origin" | "cloud";
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** One never ends; the other's long answer is always the same. */
const unasked = ["/requests/stream", "/openapi.json"];
const control: fc.Arbitrary<Odd> = fc
  .tuple(fc.constantFrom(...routes.filter(({ path }) => !unasked.includes(path))), segment, oddHeaders, known)
  .map(([route, part, headers, body]) => ({
    door: "control",
    method: route.method.toUpperCase(),
    path: `/_emulator${route.path.replace(/\{\w+\}/, part)}`,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body) ?? "",
  }));
const doors: fc.Arbitrary<Odd> = fc
  .record({
    door: fc.constantFrom("control", "cloud"),
    method,
    path: segment.map((part) => `/${part}`),
    headers: fc.dictionary(
      fc.constantFrom("host", "origin", "content-type", "authorization", "x-acs-action"),
      headerText,
    ),
    body: oddText,
  })
  .map((odd) => (odd.door === "control" ? { ...odd, path: `/_emulator${odd.path}` } : odd));
const host = fc.oneof({ weight: 1, arbitrary: headerText }, { weight: 3, arbitrary: fc.constant("www.example.com") });
const place = fc.oneof(segment, fc.constantFrom("", "a", "a?x=1", "%E4%BA%A7%E5%93%81"));
const visits: fc.Arbitrary<Odd> = fc
  .tuple(fc.constantFrom("edge", "origin"), method, place, oddHeaders, oddText, host)
  .map(([door, verb, part, headers, body, named]) => ({
    door,
    method: verb,
    path: `/${part}`,
    headers: { host: named, ...headers },
    body,
  }));

const agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE });

/** The status; 0 when the connection was cut; -1 when Node itself would not send it. */
function send(url: string, { method: verb, path, headers, body }: Odd): Promise<number> {
  return new Promise((resolve) => {
    try {
      const request = http.request(url, { method: verb, path, headers, agent, timeout: 300_000 }, (response) => {
        response.resume().on("end", () => resolve(response.statusCode ?? 0));
        response.on("error", () => resolve(0));
      });
      request.on("timeout", () => resolve(-2));
      request.on("error", () => resolve(0));
      request.end(verb === "GET" || verb === "HEAD" ? undefined : body);
    } catch {
      resolve(-1);
    }
  });
}

/** Bytes that are no request, or half of one. */
function sendBytes(port: number, bytes: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1", () => socket.end(bytes, "latin1"));
    socket.resume().on("error", () => resolve());
    socket.on("close", () => resolve());
  });
}

async function each<Item>(items: readonly Item[], carryOut: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items];
  const one = async (): Promise<void> => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await carryOut(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

const sample = <Value>(what: fc.Arbitrary<Value>, count: number): Value[] =>
  fc.sample(what, { numRuns: count, seed: SEED });

test("10,000 odd requests are answered, and nothing fails inside", { timeout: 400_000 }, async () => {
  const { emulator } = bench;
  const urls = {
    control: emulator.endpoint,
    cloud: emulator.endpoint,
    edge: emulator.edge.url,
    origin: emulator.origin.url,
  };
  const odd = [...sample(control, 2_500), ...sample(doors, 3_000), ...sample(visits, 3_000)];
  const wrong: string[] = [];
  const note = (status: number, what: unknown): void => {
    if (status === 500 || status === -2) wrong.push(`${status}: ${JSON.stringify(what).slice(0, 400)}`);
  };
  await each(odd, async (request) => note(await send(urls[request.door], request), request));

  const actions = [...(await emulator.control.info()).actions];
  const names = [
    "SiteId",
    "Type",
    "Content",
    "ObjectPath",
    "ObjectType",
    "UploadId",
    "Url",
    "TagName",
    "PageSize",
    "StartTime",
  ];
  const signed = sample(
    fc.tuple(
      fc.constantFrom(...actions),
      fc.constantFrom("esa", "cdn", "dcdn", "teo"),
      fc.dictionary(fc.constantFrom(...names), oddText),
      known,
    ),
    1_000,
  );
  await each(signed, async ([action, service, parameters, input]) => {
    const answer =
      service === "teo"
        ? await tencent(emulator.endpoint, action, input)
        : await alibaba(emulator.endpoint, service, action, parameters);
    note(answer.status, [service, action, parameters, input]);
    expect(answer.text).not.toContain("InternalError");
  });

  const ports = Object.values(urls).map((url) => Number(new URL(url).port));
  const bytes = sample(
    fc.tuple(
      fc.constantFrom(...ports),
      fc.oneof(
        fc.string({ unit: "binary" }),
        oddText.map((text) => `GET ${text} HTTP/1.1\r\n\r\n`),
      ),
    ),
    500,
  );
  await each(bytes, ([port, text]) => sendBytes(port, text));

  expect(odd.length + signed.length + bytes.length).toBe(10_000);
  expect(wrong).toEqual([]);
  // and it still works
  await emulator.control.reset();
  await emulator.control.clock.freeze("2026-11-22T12:00:00Z");
  await emulator.control.origin.publish({ host: "www.example.com", path: "/after", body: "well" });
  expect((await emulator.control.visit("http://www.example.com/after")).body).toBe("well");
  agent.destroy();
});

test("a tag beyond ASCII travels as UTF-8: the page is served, cached, shown and purged by it", async () => {
  const { control, endpoint } = bench.emulator;
  await control.origin.publish({ host: "www.example.com", path: "/p", body: "v1", headers: { "cache-tag": "产品,b" } });
  expect((await control.visit("http://www.example.com/p")).body).toBe("v1");
  expect((await control.edge.objects()).map(({ tags }) => tags)).toEqual([["产品", "b"]]);
  const purge = { SiteId: "5407498413000", Type: "cachetag", Content: JSON.stringify({ CacheTags: ["b"] }) };
  expect((await alibaba(endpoint, "esa", "PurgeCaches", purge)).status).toBe(200);
  await control.clock.advance(60_000);
  expect((await control.visit("http://www.example.com/p")).cache).not.toBe("HIT");
});

test.each([{ "x-a": "a\nb" }, { "a b": "c" }, { "": "c" }, { "x-a": "a\0" }])(
  "a header that HTTP cannot carry is refused: %j",
  async (headers) => {
    await expect(bench.emulator.control.origin.publish({ path: "/", headers })).rejects.toThrow("HTTP cannot carry");
  },
);

test("the clock keeps to the years that the clouds can write", async () => {
  const { clock } = bench.emulator.control;
  for (const ms of [1e16, 8.64e15, 2 ** 53 - 1]) await expect(clock.advance(ms)).rejects.toThrow(/9999-01-01|too big/i);
  for (const at of ["+275760-09-13T00:00:00.000Z", "1969-12-31T23:59:59Z", "9999-12-31T00:00:00Z"]) {
    await expect(clock.freeze(at)).rejects.toThrow("400");
    await expect(clock.run(at)).rejects.toThrow("400");
  }
  expect(await clock.get()).toEqual({ mode: "frozen", now: "2026-11-22T12:00:00.000Z" });
  expect((await bench.emulator.control.state()).clock.mode).toBe("frozen");
});
