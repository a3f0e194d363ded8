/** The origin's conditional answers (RFC 9110 §13), and the nodes' own addresses. */
import http from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startEmulator, type Emulator } from "../src/index.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ seed: { nodes: ["here", "there"] } });
});
afterAll(() => emulator.close());

function status(url: string, headers: Record<string, string>, method = "GET"): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { headers, method, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on("error", reject);
    request.end();
  });
}

const modified = "Mon, 02 Nov 2026 08:00:00 GMT";

test.each<[string | undefined, string | undefined, number]>([
  [modified, modified, 304],
  [modified, "Mon, 09 Nov 2026 08:00:00 GMT", 304],
  [modified, "Mon, 02 Nov 2026 07:59:59 GMT", 200],
  [modified, "Monday, 09-Nov-26 08:00:00 GMT", 304],
  [modified, "Mon Nov  9 08:00:00 2026", 304],
  [modified, "2026-11-09T08:00:00Z", 200],
  [modified, "tomorrow", 200],
  [modified, undefined, 200],
  [undefined, "Mon, 09 Nov 2026 08:00:00 GMT", 200],
])("Last-Modified %s, If-Modified-Since %s: %i", async (last, since, expected) => {
  const headers: Record<string, string> = last === undefined ? {} : { "last-modified": last };
  await emulator.control.origin.publish({ host: "www.example.com", path: "/a", body: "a", headers, bare: true });
  const asked: Record<string, string> = since === undefined ? {} : { "if-modified-since": since };
  const url = `${emulator.origin.url}/a`;
  expect(await status(url, { host: "www.example.com", ...asked })).toBe(expected);
  // RFC 9110 §13.1.3: ignored with any other method, and where If-None-Match is there.
  expect(await status(url, { host: "www.example.com", ...asked }, "POST")).toBe(200);
  expect(await status(url, { host: "www.example.com", "if-none-match": '"x"', ...asked })).toBe(200);
});

test("each node of the edge answers at an address of its own", async () => {
  await emulator.control.origin.publish({ host: "www.example.com", path: "/n", body: "n" });
  expect(emulator.edge.nodes.map(({ name }) => name)).toEqual(["here", "there"]);
  for (const { name, address } of emulator.edge.nodes) {
    const response = await new Promise<http.IncomingMessage>((resolve, reject) =>
      http
        .get(`http://${address}/n`, { headers: { host: "www.example.com" }, agent: false }, resolve)
        .on("error", reject),
    );
    response.resume();
    expect(response.headers).toMatchObject({ "x-edge-node": name, "x-cache": "MISS" });
  }
});
