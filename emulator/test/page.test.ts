/** The web page in a real browser, with keyboard and in both color schemes. */
import axe from "axe-core";
import { type Browser, type Page, chromium } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { findChromium } from "../../tools/setup/browser.mjs";
import { type Emulator, startEmulator } from "../src/index.ts";
import { alibaba } from "./clients.ts";

const executablePath = findChromium();
const title = executablePath
  ? "the page"
  : "the page: NOT RUN, no Chromium found (apt-get install chromium, or set CHROMIUM to its path)";
if (!executablePath) process.stderr.write(`${title}\n`);

describe.skipIf(!executablePath)(title, () => {
  let emulator: Emulator;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];
  const SiteId = "5407498413000";

  beforeAll(async () => {
    emulator = await startEmulator({ clock: "2026-11-22T12:00:00Z" });
    browser = await chromium.launch({ executablePath: executablePath ?? "", args: ["--no-sandbox"] });
    page = await browser.newPage();
    page.on("pageerror", ({ message }) => problems.push(message));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
  }, 60_000);
  beforeEach(async () => {
    await emulator.control.clock.freeze("2026-11-22T12:00:00Z");
    await emulator.control.reset();
    await page.setViewportSize({ width: 1280, height: 720 });
    await page.emulateMedia({ colorScheme: "light" });
    await page.goto(`${emulator.endpoint}/_emulator`);
    await page.getByText("EdgeOne example.net").waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await emulator?.close();
  });

  async function somethingEverywhere(): Promise<void> {
    await emulator.control.faults.add({ kind: "error", code: "X", action: "GetSite" });
    await emulator.control.origin.publish({ path: "/p", body: "x", headers: { "cache-tag": "news" } });
    await emulator.control.visit("http://www.example.com/p");
    for (const action of ["GetSite", "GetCacheTag", "PurgeCaches"]) {
      await alibaba(emulator.endpoint, "esa", action, { SiteId, Type: "purgeall", Content: '{"PurgeAll":true}' });
    }
    await page.locator("#tasks-body tr").first().waitFor();
  }

  test("shows sites with their tag rule, tasks that move, objects with tags, and requests as they come", async () => {
    await emulator.control.origin.publish({ path: "/p", body: "x", headers: { "edge-tag": "news" } });
    await alibaba(emulator.endpoint, "esa", "UpdateCacheTag", { SiteId, TagName: "Edge-Tag" });
    await emulator.control.visit("http://www.example.com/p");
    const content = JSON.stringify({ CacheTags: ["news", "more"] });
    await alibaba(emulator.endpoint, "esa", "PurgeCaches", { SiteId, Type: "cachetag", Content: content });

    await page.locator("#sites", { hasText: "tags from Edge-Tag, case counts" }).waitFor();
    await page.locator("#log-body tr", { hasText: "PurgeCaches" }).waitFor();
    const task = page.locator("#tasks tbody tr").first();
    await task.getByText("running").waitFor();
    expect(await task.innerText()).toMatch(/news\s+and 1 more/);
    expect(await page.locator("#visits-body tr").first().innerText()).toMatch(
      /^www\.example\.com\/p\s+news\s+x\s+MISS\s+0 s ago\s+x\s+copy 0 s old, 60 min left\s+Visit$/,
    );
    expect(await page.getByLabel("cachetag: 2 of 30,000 used").count()).toBe(1);
    for (let second = 0; second < 2; second += 1) await page.getByRole("button", { name: "+1 s" }).click();
    await task.getByText("done").waitFor();
    expect(await task.innerText()).toMatch(/1 hangzhou\s+LTAI5tEMULATOR/);
    await page.locator("#visits", { hasText: "to be revalidated" }).waitFor();
  });

  test("a person publishes, visits, and sees how a purge ends the old copy", async () => {
    const row = page.locator("#visits-body tr", { hasText: "www.example.com/p" });
    const publish = async (content: string): Promise<void> => {
      await page.getByRole("textbox", { name: "Content" }).fill(content);
      await page.getByRole("textbox", { name: "Tags" }).fill("news");
      await page.getByRole("button", { name: "Publish" }).click();
    };
    await page.getByLabel("URL", { exact: true }).fill("http://www.example.com/p");
    await publish("Version 1");
    await page.getByLabel("URL", { exact: true }).press("Enter");
    await row.getByText("MISS").waitFor();
    await publish("Version 2");
    await row.getByRole("button", { name: "Visit www.example.com/p" }).click();
    await row.getByText("HIT").waitFor();
    expect(await row.locator(".old").innerText()).toBe("Version 1 older than the origin");
    await page.evaluate(
      `{ globalThis.flashed = []; addEventListener("animationstart", ({ target }) => flashed.push(target.dataset.label)) }`,
    );
    const Content = JSON.stringify({ CacheTags: ["news"] });
    await alibaba(emulator.endpoint, "esa", "PurgeCaches", { SiteId, Type: "cachetag", Content, Force: "true" });
    await page.getByRole("button", { name: "+1 min" }).click();
    await row.getByText("purged 58 s ago").waitFor();
    await expect.poll(() => page.evaluate("[...new Set(flashed)]"), { timeout: 30_000 }).toEqual(["hangzhou"]);
    await row.locator(".node:not(.flash)").waitFor();
    await row.getByRole("button", { name: "Visit www.example.com/p" }).click();
    await row.getByText("MISS").waitFor();
    expect(await row.innerText()).toMatch(/^www\.example\.com\/p\s+news\s+Version 2\s+MISS\s+0 s ago\s+Version 2\s/);
    await row.getByRole("button", { name: "www.example.com/p", exact: true }).click();
    expect(await page.getByRole("textbox", { name: "Tags" }).inputValue()).toBe("news");
    expect(await emulator.control.visit("http://www.example.com/p")).toMatchObject({ cache: "HIT", body: "Version 2" });
  });

  test("polls that ask the same are one row until something changes, quotas are told where used", async () => {
    const ask = (action: string, parameters: Record<string, string>): Promise<unknown> =>
      alibaba(emulator.endpoint, "esa", action, { SiteId, ...parameters });
    for (let poll = 0; poll < 3; poll += 1) {
      await ask("DescribePurgeTasks", {
        StartTime: "2026-11-22T11:00:00Z",
        EndTime: `2026-11-22T12:00:0${poll}Z`,
      });
      await ask("GetCacheTag", {});
    }
    await ask("PurgeCaches", { Type: "purgeall", Content: '{"PurgeAll":true}' });
    await ask("DescribePurgeTasks", { TaskId: "1" });
    const rows = page.locator("#log-body tr.opens");
    await page.locator("#log-count", { hasText: /^8$/ }).waitFor();
    expect((await rows.allInnerTexts()).map((text) => /(\w+)\s*(× \d)?\s+200/.exec(text)?.slice(1, 3))).toEqual([
      ["DescribePurgeTasks", undefined],
      ["PurgeCaches", undefined],
      ["GetCacheTag", "× 3"],
      ["DescribePurgeTasks", "× 3"],
    ]);
    await page.getByLabel("one row for repeated polls").uncheck();
    expect(await rows.count()).toBe(8);

    const site = page.locator("#sites article", { hasText: "5407498413000" });
    await site.getByLabel("purgeall: 1 of").waitFor();
    expect(await site.getByRole("meter").count()).toBe(1);
    await site.getByText("more quotas, not used today").click();
    await ask("PurgeCaches", { Type: "hostname", Content: '{"Hostnames":["www.example.com"]}' });
    await site.getByLabel("hostname: 1 of").waitFor();
    expect(await site.getByText("cachetag 30,000").isVisible()).toBe(true);
  });

  test("works by keyboard: switches a fault on and off, filters, jumps", async () => {
    await page.keyboard.press("4");
    await page.keyboard.press("Tab");
    await page.keyboard.type("error");
    expect(await page.locator("#fault-about").innerText()).toContain("a documented code brings its status and text");
    await page.keyboard.press("Tab");
    await page.keyboard.type("GetSite");
    for (let field = 0; field < 3; field += 1) await page.keyboard.press("Tab");
    await page.keyboard.type("SiteNotFound");
    await page.keyboard.press("Enter");
    await page.locator("#faults-body li", { hasText: "error" }).waitFor();
    expect((await alibaba(emulator.endpoint, "esa", "GetSite", { SiteId })).body["Code"]).toBe("SiteNotFound");
    await page.locator("#log-body", { hasText: "404 SiteNotFound error" }).waitFor();
    await page.locator("#faults-body", { hasText: "hit 1 call" }).waitFor();
    await page.locator("#faults-body button").focus();
    await page.keyboard.press("Enter");
    await page.getByText("No fault is on").waitFor();
    expect(await emulator.control.faults.list()).toEqual([]);

    await page.keyboard.press("/");
    await page.keyboard.type("nothing like it");
    await page.locator("#log-count", { hasText: "0 of 1" }).waitFor();
  });

  test("a row opens by keyboard and stays open, focus with it, while the page goes on", async () => {
    await alibaba(emulator.endpoint, "esa", "PurgeCaches", { SiteId, Type: "purgeall", Content: '{"PurgeAll":true}' });
    const toggle = page.getByRole("button", { name: /^More about task/ });
    await toggle.focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("+");
    await page.getByLabel("50 percent").waitFor();
    expect(await page.locator("#tasks-body tr.more").innerText()).toMatch(
      /^Task \d+ of PurgeCaches, request \S+\s+running example.com$/,
    );
    expect(await page.evaluate("document.activeElement.ariaLabel")).toMatch(/^More about task/);
    await page.getByRole("button", { name: /^More about request \d+, PurgeCaches/ }).click();
    const details = await page.locator("#log-body tr.more").innerText();
    expect(details).toContain('{"PurgeAll":true}');
    expect(details).toMatch(/carried out\s+yes/);
  });

  test("shows the clock, switches and tenants, and changes them", async () => {
    await emulator.control.createTenant("other", { clock: "2030-01-01T00:00:00Z" });
    await page.keyboard.press("s");
    await page.getByRole("button", { name: "Stop the clock" }).waitFor();
    await page.keyboard.press("s");
    await page.getByRole("button", { name: "Run the clock" }).waitFor();
    await page.keyboard.press("6");
    await page.getByLabel("esa.rows").selectOption("perTask");
    await page.locator("#switches-count", { hasText: /^1 of \d+ changed$/ }).waitFor();
    await page.locator("#tenant option", { hasText: "other" }).waitFor({ state: "attached" });
    await page.getByLabel("Tenant").selectOption("other");
    await page.locator("#clock", { hasText: "2030-01-01 00:00:00 UTC" }).waitFor();
    expect(new URL(page.url()).search).toBe("?tenant=other");
    await page.goto("about:blank"); // the page asks for its tenant until then
    await emulator.control.removeTenant("other");
  });

  test("what went wrong is told until the person does something else", async () => {
    // The browser itself writes a refused visit to the console, so this is a page of its own.
    const own = await browser.newPage();
    await own.goto(`${emulator.endpoint}/_emulator`);
    const visit = async (url: string): Promise<void> => {
      await own.locator("#url").fill(url);
      await own.locator("#visit-form").getByRole("button", { name: "Visit" }).click();
    };
    const refused = own.locator("#notice", { hasText: "no service delivers http://unknown.test/" });
    await own.getByText("EdgeOne example.net").waitFor();
    await visit("http://unknown.test/");
    await refused.waitFor();
    await emulator.control.clock.advance(1000);
    await own.locator("#clock", { hasText: "12:00:01" }).waitFor();
    await emulator.control.clock.advance(1000);
    await own.locator("#clock", { hasText: "12:00:02" }).waitFor();
    expect(await refused.count()).toBe(1);
    await visit("http://www.example.com/p");
    await own.locator("#visits-body tr", { hasText: "www.example.com/p" }).waitFor();
    await refused.waitFor({ state: "detached" });
    await own.close();
  });

  test("axe finds nothing serious, and nothing is wider than its window, on a desk and on a phone", async () => {
    await somethingEverywhere();
    await page.locator("#switches summary").click();
    expect(await page.locator("#switches-body").innerText()).not.toContain("`");
    await page.evaluate(axe.source);
    const windows = [
      [1360, "light"],
      [380, "dark"],
    ] as const;
    for (const [width, colorScheme] of windows) {
      await page.setViewportSize({ width, height: 700 });
      await page.emulateMedia({ colorScheme });
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
      const found = await page.evaluate<string[]>(AXE);
      expect(found.filter((one) => /^(serious|critical)/.test(one))).toEqual([]);
    }
    // on a phone a row is a card: each of its cells below the other, with its column's name
    const cells = await page.evaluate<[number, string][]>(
      `[...document.querySelectorAll("#tasks-body tr.opens:first-child td")].map((cell) =>
        [cell.getBoundingClientRect().left, getComputedStyle(cell, "::before").content])`,
    );
    expect(new Set(cells.map(([left]) => left)).size).toBe(1);
    expect(cells.map(([, label]) => label)).toEqual(["none", '"What"', '"Targets"', '"Copies taken"', '"By"', '"At"']);
    // and a list scrolls by itself: what comes after it is no thumb's journey away
    const heights = await page.evaluate<number[]>(
      `[...document.querySelectorAll(".scroll")].map((list) => list.getBoundingClientRect().height)`,
    );
    expect(Math.max(...heights)).toBeLessThanOrEqual(0.75 * 700);
  });

  test("is readable in light and dark: text against its background by at least 4.5 to 1", async () => {
    await somethingEverywhere();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const low = await page.evaluate<unknown[]>(CONTRAST);
      expect(low.length).toBeGreaterThan(60);
      expect(low.filter((ratio) => Number(ratio) < 4.5)).toEqual([]);
    }
  });

  test("says no errors in the console", () => {
    expect(problems).toEqual([]);
  });
});

/** In the browser: what axe found, by its weight. */
const AXE = `axe.run().then(({ violations }) =>
  violations.flatMap(({ impact, id, nodes }) => nodes.map(({ html }) => [impact, id, html].join(" "))))`;

/** In the browser: the contrast of each element's own text (WCAG 2), whatever way its colors are written. */
const CONTRAST = `(() => {
  const context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
  const painted = (colors) => {
    for (const color of ["white", ...colors]) {
      context.fillStyle = color;
      context.fillRect(0, 0, 1, 1);
    }
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (rgb) => {
    const [x, y, z] = rgb.map((c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const backgrounds = (element) => {
    const colors = [];
    for (let at = element; at; at = at.parentElement) colors.unshift(getComputedStyle(at).backgroundColor);
    return colors;
  };
  return [...document.querySelectorAll("body *")]
    .filter((element) => element.checkVisibility() && !element.closest(".skip"))
    .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
    .map((element) => {
      const under = backgrounds(element);
      const [a, b] = [light(painted([...under, getComputedStyle(element).color])), light(painted(under))];
      return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    });
})()`;
