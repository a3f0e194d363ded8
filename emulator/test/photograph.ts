/** npm run pictures: the emulator's page as a browser shows it, on a computer and on a phone. */
import { chromium } from "playwright-core";
import { startEmulator } from "../src/index.ts";
import { playScene, sceneNodes } from "./scene.ts";

const windows = [
  { name: "page-light", colorScheme: "light", width: 1280, height: 900 },
  { name: "page-dark", colorScheme: "dark", width: 1280, height: 900 },
  { name: "page-phone", colorScheme: "light", width: 390, height: 1100 },
] as const;

export const pageFiles = windows.map(({ name, ...window }) => ({ file: `emulator/pictures/${name}.png`, ...window }));

/** PNG files. They depend on the browser's fonts, so nothing compares their bytes. */
export async function photographPage(executablePath: string): Promise<[file: string, png: Uint8Array][]> {
  await using emulator = await startEmulator({ clock: "2026-11-22T12:00:00Z", seed: { nodes: sceneNodes } });
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    await playScene(emulator);
    const taken: [string, Uint8Array][] = [];
    for (const { file, colorScheme, width, height } of pageFiles) {
      const page = await browser.newPage({ colorScheme, viewport: { width, height } });
      await page.goto(`${emulator.endpoint}/_emulator/`);
      await page.getByText("EdgeOne example.net").waitFor();
      taken.push([file, await page.screenshot()]);
      await page.close();
    }
    return taken;
  } finally {
    await browser.close();
  }
}
