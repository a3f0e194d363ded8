/** The web page in a real browser, with keyboard and in both color schemes. */
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
  }, 60_000);
  beforeEach(async () => {
    await emulator.control.clock.freeze("2026-11-22T12:00:00Z");
    await emulator.control.reset();
    page = await browser.newPage();
    page.on("pageerror", ({ message }) => problems.push(message));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    await page.goto(`${emulator.endpoint}/_emulator`);
    await page.getByText("EdgeOne example.net").waitFor();
    return () => page.close();
  });
  afterAll(async () => {
    await browser?.close();
    await emulator?.close();
  });

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
    expect(await task.innerText()).toContain("news and 1 more");
    expect(await page.locator("#objects tbody tr").first().innerText()).toMatch(/www\.example\.com\/p\s+200\s+news/);
    expect(await page.getByLabel("cachetag: 2 of 30000 used").count()).toBe(1);
    for (let second = 0; second < 2; second += 1) await page.getByRole("button", { name: "+1 s" }).click();
    await task.getByText("done").waitFor();
    await page.locator("#objects", { hasText: "expired" }).waitFor();
  });

  test("works by keyboard: switches a fault on and off, filters, jumps", async () => {
    await page.keyboard.press("3");
    await page.keyboard.press("Tab");
    await page.keyboard.type("error");
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

  test("is readable in light and dark: text against its background by at least 4.5 to 1", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const ratios = await page.evaluate<number[]>(CONTRAST);
      expect(ratios.length).toBeGreaterThan(20);
      expect(Math.min(...ratios)).toBeGreaterThanOrEqual(4.5);
    }
  });

  test("says no errors in the console", () => {
    expect(problems).toEqual([]);
  });
});

/** In the browser: the contrast of each element's own text (WCAG 2). */
const CONTRAST = `(() => {
  const parse = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const background = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (parse(color)[3] !== 0) return color;
    }
    return "rgb(255, 255, 255)";
  };
  return [...document.querySelectorAll("body *")]
    .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
    .map((element) => {
      const [a, b] = [light(parse(getComputedStyle(element).color)), light(parse(background(element)))];
      return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    });
})()`;
