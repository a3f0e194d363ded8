/**
 * A web page of another origin, open in a real browser on the machine where the emulator runs: whatever it tries, it
 * changes nothing, reads nothing and shows nothing. Also when its own name leads to the emulator (DNS rebinding).
 */
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium } from "../../tools/setup/browser.mjs";
import { type Emulator, startEmulator } from "../src/index.ts";

const executablePath = findChromium();
const title = executablePath ? "a foreign page" : "a foreign page: NOT RUN, no Chromium found";

describe.skipIf(!executablePath)(title, () => {
  let emulator: Emulator;
  let browser: Browser;
  const site = http.createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>foreign</title>");
  });

  beforeAll(async () => {
    emulator = await startEmulator({ clock: "2026-11-22T12:00:00Z" });
    await emulator.control.origin.publish({ path: "/", body: "public" });
    await once(site.listen(0, "127.0.0.1"), "listening");
    const args = ["--no-sandbox", "--host-resolver-rules=MAP *.test 127.0.0.1"];
    browser = await chromium.launch({ executablePath: executablePath ?? "", args });
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await emulator?.close();
    site.close();
  });

  /** What the emulator must still be after any attempt. */
  const state = async (): Promise<unknown> => ({
    page: (await emulator.control.visit("http://www.example.com/")).body,
    state: await emulator.control.state(),
    faults: await emulator.control.faults.list(),
    tenants: (await emulator.control.tenants()).map(({ name }) => name),
  });

  const port = (): number => (site.address() as AddressInfo).port;
  const pages: [string, () => string, () => string][] = [
    ["of another port of this machine", () => `http://127.0.0.1:${port()}/`, () => emulator.endpoint],
    ["of another name", () => `http://evil.test:${port()}/`, () => emulator.endpoint],
    [
      "whose name leads here",
      () => `http://evil.test:${port()}/`,
      () => `http://evil.test:${new URL(emulator.endpoint).port}`,
    ],
  ];

  test.each(pages)("%s", { timeout: 300_000 }, async (_which, from, to) => {
    const before = await state();
    const page = await browser.newPage();
    await page.goto(from());
    const readable = await page.evaluate<string[]>(
      `(${ATTEMPTS})(${JSON.stringify(`${to()}/_emulator`)}, ${JSON.stringify(to())})`,
    );
    await page.close();
    expect(readable).toEqual([]);
    expect(await state()).toEqual(before);
  });

  test("that is the emulator's by its rebound name gets no page and no data", { timeout: 300_000 }, async () => {
    const page = await browser.newPage();
    const rebound = `http://evil.test:${new URL(emulator.endpoint).port}/_emulator`;
    for (const path of ["/", "/state", "/configuration", "/info"]) {
      const answer = await page.goto(`${rebound}${path}`);
      expect([answer?.status(), await answer?.text()]).toEqual([403, expect.not.stringContaining("secret") as string]);
    }
    await page.close();
  });
});

/** In the browser: each way by which a page can send or read; returns what it could read. */
const ATTEMPTS = `async (control, cloud) => {
  const read = [];
  const changes = [
    ["/clock", '{"mode":"real"}'], ["/clock/advance", '{"ms":60000}'], ["/faults", '{"kind":"badGateway"}'],
    ["/tenants", '{"name":"made"}'], ["/reset", "{}"], ["/origin/down", '{"down":true}'],
  ];
  const ways = [
    ["POST", "no-cors", "text/plain"], ["POST", "no-cors", "application/x-www-form-urlencoded"],
    ["POST", "cors", "application/json"], ["PUT", "cors", "application/json"], ["PUT", "cors", "text/plain"],
  ];
  const quiet = (promise) => promise.catch(() => undefined);
  for (const [path, body] of changes) {
    for (const [method, mode, type] of ways) {
      await quiet(fetch(control + path, { method, mode, body, headers: { "content-type": type } })
        .then(async (answer) => { if (answer.ok) read.push(method + path + await answer.text()); }));
    }
    navigator.sendBeacon(control + path, body);
    navigator.sendBeacon(control + path, new Blob([body], { type: "text/plain" }));
  }
  for (const path of ["/state", "/configuration", "/requests", "/info", "/tenants"]) {
    await quiet(fetch(control + path).then(async (answer) => { if (answer.ok) read.push(path + await answer.text()); }));
  }
  await quiet(fetch(control + "/faults", { method: "DELETE" }));
  const call = cloud + "/?x=1";
  await quiet(fetch(call, { method: "POST", mode: "no-cors", body: "Action=PurgeCaches" }));
  const loaded = (element, attribute, value) => new Promise((resolve) => {
    element.onload = () => resolve(true);
    element.onerror = () => resolve(false);
    element[attribute] = value;
    document.body.append(element);
    setTimeout(() => resolve(undefined), 3000);
  });
  await loaded(new Image(), "src", control + "/state");
  if (await loaded(document.createElement("script"), "src", control + "/page/page.mjs")) read.push("script");
  const frame = document.createElement("iframe");
  await loaded(frame, "src", control + "/");
  if (frame.contentDocument && frame.contentDocument.body.innerText.includes("example.com")) read.push("frame");
  const form = document.createElement("form");
  form.method = "post"; form.action = control + "/reset"; form.target = "there"; form.enctype = "text/plain";
  const target = document.createElement("iframe"); target.name = "there";
  document.body.append(target, form);
  form.submit();
  await new Promise((resolve) => { target.onload = resolve; setTimeout(resolve, 2000); });
  const events = new EventSource(control + "/requests/stream");
  await new Promise((resolve) => {
    events.onopen = () => { read.push("stream"); resolve(); };
    events.onerror = resolve;
  });
  events.close();
  return read;
}`;
