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
    expect(await task.innerText()).toMatch(/news\s+and 1 more/);
    expect(await page.locator("#objects tbody tr").first().innerText()).toMatch(
      /^www\.example\.com\/p\s+news\s+fresh 0 s old, 60 min left$/,
    );
    expect(await page.getByLabel("cachetag: 2 of 30,000 used").count()).toBe(1);
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

  test("a row opens by keyboard and stays open, focus with it, while the page goes on", async () => {
    await alibaba(emulator.endpoint, "esa", "PurgeCaches", { SiteId, Type: "purgeall", Content: '{"PurgeAll":true}' });
    const toggle = page.getByRole("button", { name: /^More about task/ });
    await toggle.focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("+");
    await page.getByLabel("50 percent").waitFor();
    expect(await page.locator("#tasks-body tr.more").innerText()).toBe("running example.com");
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

  test("every control has a name, and nothing is wider than a small window", async () => {
    await page.locator("#switches summary").click();
    const nameless = await page.evaluate<string[]>(
      `[...document.querySelectorAll("button, select, input, meter, progress, [role=meter]")]
        .filter((each) => !each.ariaLabel && !each.labels?.length && !each.textContent.trim()).map((each) => each.outerHTML)`,
    );
    expect(nameless).toEqual([]);
    expect(await page.locator("#switches-body").innerText()).not.toContain("`");
    await page.setViewportSize({ width: 380, height: 700 });
    // the longest name beside the largest number
    const captions = await page.evaluate<number[]>(
      `[...document.querySelectorAll("#sites .caption")].map((one) => one.offsetHeight)`,
    );
    expect([captions.length > 10, new Set(captions).size]).toEqual([true, 1]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(380);
  });

  test("is readable in light and dark: text against its background by at least 4.5 to 1", async () => {
    await emulator.control.faults.add({ kind: "error", code: "X", action: "GetSite" });
    await emulator.control.origin.publish({ path: "/p", body: "x", headers: { "cache-tag": "news" } });
    await emulator.control.visit("http://www.example.com/p");
    for (const action of ["GetSite", "GetCacheTag", "PurgeCaches"]) {
      await alibaba(emulator.endpoint, "esa", action, { SiteId, Type: "purgeall", Content: '{"PurgeAll":true}' });
    }
    await page.locator("#tasks-body tr").first().waitFor();
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
