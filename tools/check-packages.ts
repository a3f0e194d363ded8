/** What would be published must be importable as its package.json says. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

/** The emulator is published from its build, which exists only after `node emulator/build.ts`. */
const published = ["sdk/nodejs", "sdk/dynamic", "emulator/dist"];

let failed = false;
for (const name of published) {
  const pkgDir = fileURLToPath(new URL(`../${name}`, import.meta.url));
  const manifest = `${pkgDir}/package.json`;
  if (!existsSync(manifest)) continue;
  const pkg = JSON.parse(await readFile(manifest, "utf8"));
  const { messages } = await publint({ pkgDir, strict: true });
  for (const message of messages) {
    if (message.type === "suggestion") continue;
    failed = true;
    console.error(`${name}: ${formatMessage(message, pkg)}`);
  }
}
process.exitCode = failed ? 1 : 0;
