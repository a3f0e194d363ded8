/**
 * node tools/release/try.ts DIR: starts the executable for this machine from DIR's archive, as the engine does, and
 * asks it for its version: for machines that can run what another one built.
 *
 *   node tools/release/try.ts DIR linux-arm64 qemu-aarch64 -L /usr/aarch64-linux-gnu
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client, credentials } from "@grpc/grpc-js";
import packageJson from "../../provider/package.json" with { type: "json" };
import { capture, lastLines } from "../setup/run.mjs";
import { platformOf } from "./targets.ts";

const { version } = packageJson;
const [dir = "dist", platform = platformOf(process), ...emulator] = process.argv.slice(2);
const archive = path.resolve(dir, `pulumi-resource-edgecache-v${version}-${platform}.tar.gz`);
const folder = await mkdtemp(path.join(tmpdir(), "edgecache-try-"));
let plugin: ChildProcess | undefined;
try {
  const unpacked = await capture("tar", ["xzf", archive, "-C", folder]);
  if (unpacked.code !== 0) throw new Error(`unpacking ${archive} failed:\n${lastLines(unpacked)}`);
  const file = path.join(folder, `pulumi-resource-edgecache${platform.startsWith("windows") ? ".exe" : ""}`);
  const [command = file, ...args] = emulator;
  const started = performance.now();
  plugin = spawn(command, emulator.length > 0 ? [...args, file] : [], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(plugin, "exit").then(([code]) => Promise.reject(new Error(`it ended with ${code}`)));
  const line = await Promise.race([once(plugin.stdout ?? plugin, "data"), ended]);
  const port = Number(String(line));
  const ready = performance.now() - started;
  const answer = await Promise.race([pluginInfo(port), ended]);
  if (!answer.includes(version)) throw new Error(`it says that its version is ${JSON.stringify(String(answer))}`);
  console.log(`${path.basename(archive)}: version ${version} on port ${port} after ${ready.toFixed(0)} ms`);
} finally {
  plugin?.kill();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
}
process.exit();

/** The bytes of pulumirpc.PluginInfo: its only field is the version. */
function pluginInfo(port: number): Promise<Buffer> {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const asIs = (bytes: Buffer): Buffer => bytes;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest("/pulumirpc.ResourceProvider/GetPluginInfo", asIs, asIs, Buffer.alloc(0), (error, answer) =>
      error || !answer ? reject(error ?? new Error("no answer")) : resolve(answer),
    );
  });
}
