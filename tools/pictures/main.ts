/** npm run pictures: records the terminal anew, by a real run, and draws all pictures. */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { pictureFiles, recording } from "./files.ts";
import { recordPreview } from "./record.ts";

const root = path.resolve(import.meta.dirname, "../..");
await mkdir(path.join(root, path.dirname(recording)), { recursive: true });
await writeFile(path.join(root, recording), await recordPreview());
const files = await pictureFiles(root);
for (const [file, text] of files) await writeFile(path.join(root, file), text);
console.log(`pictures: recorded a run and drew ${files.length} pictures in docs/pictures`);
