/**
 * Records what the real engine says to the plugin in the demo's story, for `replay.test.ts`:
 *
 *   node test/protocol/record.ts
 *
 * Endpoints and keys are replaced by placeholders, since every run has its own.
 */
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { startEmulator } from "edgecache-emulator";
import { Stack, type Program } from "../engine/stack.ts";

const siteId = "5407498413000";

function program(contentHash: string): Program {
  const release = { siteId, type: "cachetag", targets: ["release"], contentHash };
  return {
    resources: {
      tagging: {
        type: "edgecache:esa:CacheTagConfig",
        properties: { siteId, tagName: "Edge-Cache-Tag", caseInsensitive: "on" },
      },
      release: { type: "edgecache:esa:PurgeTrigger", properties: release, options: { dependsOn: ["${tagging}"] } },
    },
  };
}

await using emulator = await startEmulator();
const cloud = await emulator.control.createTenant("record", { seed: { limits: { "esa.purgeMs": 200 } } });
await using stack = await Stack.create(cloud, program("v1"));
const file = path.join(stack.folder, "grpc.jsonl");
stack.env["PULUMI_DEBUG_GRPC"] = file;
await stack.preview();
await stack.up();
await stack.write(program("v2"));
await stack.preview();
await stack.up();
await stack.up();
await stack.refresh();
await stack.destroy();

let text = await readFile(file, "utf8");
// It has the configuration in clear, and no folder of a stack may.
await rm(file);
const configuration = Object.entries(await cloud.configuration());
for (const [key, value] of configuration.toSorted(([, a], [, b]) => b.length - a.length)) {
  text = text.replaceAll(JSON.stringify(value), JSON.stringify(`<${key}>`));
}
const entries = text
  .trim()
  .split("\n")
  .map((line): Record<string, unknown> => JSON.parse(line))
  .filter(({ method, progress }) => String(method).includes(".ResourceProvider/") && progress === "response_completed")
  .filter(({ method }) => !String(method).endsWith("/GetSchema"))
  .map(({ method, request, response }) => ({ method: String(method).split("/").at(-1), request, response }));
// Addresses and folders of this machine say nothing to another.
const local = new Set([
  "engineAddress",
  "mapperTarget",
  "loaderTarget",
  "resolverTarget",
  "rootDirectory",
  "programDirectory",
  "resourceStatusAddress",
  "resourceStatusToken",
]);
const lines = entries.map((entry) =>
  JSON.stringify(entry, (key, value: unknown) => (local.has(key) ? undefined : value)),
);
const out = new URL("./recorded/demo.jsonl", import.meta.url);
await writeFile(out, `${lines.join("\n")}\n`);
console.log(`${lines.length} calls`);
