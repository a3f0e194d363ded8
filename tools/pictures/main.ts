/** npm run pictures: records the terminal anew, by a real run, draws all pictures, and takes those of the emulator's page. */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { findChromium } from "../setup/browser.mjs";
import { pictureFiles, recording } from "./files.ts";
import { photographPage } from "../../emulator/test/photograph.ts";
import { recordPreview } from "./record.ts";

const root = path.resolve(import.meta.dirname, "../..");
await mkdir(path.join(root, path.dirname(recording)), { recursive: true });
await writeFile(path.join(root, recording), await recordPreview());
const files = await pictureFiles(root);
for (const [file, text] of files) await writeFile(path.join(root, file), text);
console.log(`pictures: recorded a run and drew ${files.length} pictures in docs/pictures`);

const chromium = findChromium();
if (chromium === undefined) {
  console.log("pictures: no Chromium (set CHROMIUM to its path), so those of the emulator's page stay as they are");
} else {
  const taken = await photographPage(chromium);
  await mkdir(path.join(root, "emulator/pictures"), { recursive: true });
  for (const [file, png] of taken) await writeFile(path.join(root, file), png);
  console.log(`pictures: took ${taken.length} of the emulator's page`);
}
