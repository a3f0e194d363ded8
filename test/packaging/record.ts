/**
 * Records what a release leaves in a state, for test/packaging/upgrade.test.ts of all later ones:
 *
 *   node test/packaging/record.ts
 *
 * Run it once for a version, when it is released, and commit captures/<version>/.
 */
import { cp, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { startEmulator } from "edgecache-emulator";
import { Project } from "../examples/project.ts";
import { version } from "../examples/toolbox.ts";

const program = path.join(import.meta.dirname, "upgrade-program");
const taskMs = ["esa.purgeMs", "esa.preloadMs", "esa.uploadMs", "teo.purgeMs", "teo.prefetchMs"];
const limits = Object.fromEntries([...taskMs, "cdn.refreshMs", "dcdn.refreshMs"].map((name) => [name, 200]));

await using emulator = await startEmulator();
const known = Object.keys((await emulator.control.settings.get()).limits);
for (const [name, value] of Object.entries(limits)) {
  if (known.includes(name)) await emulator.control.settings.limits({ [name]: value });
}
// Prefetching needs something to fetch.
const hosts = ["www.example.com", "www.example.net", "cdn.example.com", "dcdn.example.com"];
await emulator.control.origin.publish(...hosts.map((host) => ({ host, path: "/a", body: "a" })));
await using project = await Project.ofFolder(program, emulator.control);
console.log(await project.up());
const state = await project.must("stack", "export", "--show-secrets");
const folder = path.join(import.meta.dirname, "captures", version);
await mkdir(folder, { recursive: true });
await writeFile(path.join(folder, "state.json"), state.replaceAll(emulator.endpoint, "http://emulator"));
await cp(path.join(program, "Pulumi.yaml"), path.join(folder, "Pulumi.yaml"));
console.log(`recorded ${path.relative(process.cwd(), folder)}`);
