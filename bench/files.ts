/** hashFiles against sha256sum over the same files: many small ones, and few big ones. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import structPb from "google-protobuf/google/protobuf/struct_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import { onPath } from "../tools/setup/find-pulumi.mjs";
import type { Figure, Part } from "./figure.ts";
import { interleaved, timed } from "./measure.ts";
import { edgecache, EngineStub, RunningPlugin } from "./plugins.ts";

const folders = 1_000;
const filesPerFolder = 100;
const bigFiles = 4;
const mebibyte = 1 << 20;

export const files: Part = {
  title: "hashFiles",
  method:
    "`edgecache:index:hashFiles` as an Invoke over gRPC on a started plugin, walking, URLs and the encoded answer included, against " +
    "`find -type f -print0 | xargs -0 sha256sum` in the same folder; medians of 5 rounds after 1 of warm-up, interleaved, files in the page cache. " +
    "Small: 100,000 files of 0.5 to 4 KB in 1,000 folders. Big: 4 files, 1 GiB together. A speed of 0.8 × is a time of 1.25 ×. " +
    "Result: the JSON of the answer for 100,000 files with URLs. Memory: peak of the plugin's process after the call over its peak when idle.",
  async run(say) {
    const [find, xargs, sum] = ["find", "xargs", "sha256sum"].map((tool) => onPath(tool));
    if (!find || !xargs || !sum) {
      say("no find, xargs or sha256sum on this machine: part left out");
      return [];
    }
    const root = await mkdtemp(path.join(tmpdir(), "edgecache-files-"));
    try {
      say("writing 100,000 small files and 1 GiB");
      const small = await writeSmall(path.join(root, "small"));
      const big = await writeBig(path.join(root, "big"));
      await using engine = await EngineStub.start();
      await using plugin = await started(engine);
      const reference = (folder: string) => timed(() => sha256sum(folder));
      const ours = (folder: string) => timed(() => hashFiles(plugin, folder));
      const ms = await interleaved(
        {
          small: () => ours(small),
          smallSum: () => reference(small),
          big: () => ours(big),
          bigSum: () => reference(big),
        },
        { rounds: 5, warmUp: 1 },
      );
      const answer = JSON.stringify(read(await hashFiles(plugin, small)));
      const figures: Figure[] = [
        {
          what: "100,000 small files",
          unit: "ms",
          edgecache: ms.small,
          against: { name: "sha256sum", value: ms.smallSum },
          target: 1.25,
        },
        {
          what: "1 GiB",
          unit: "ms",
          edgecache: ms.big,
          against: { name: "sha256sum", value: ms.bigSum },
          target: 1.25,
        },
        { what: "Result for each of 100,000 files", unit: "bytes", edgecache: Math.round(answer.length / 100_000) },
        ...(process.platform === "linux"
          ? [
              { what: "Memory of 1 GiB, over idle", unit: "MiB" as const, edgecache: await memoryOf(engine, big) },
              {
                what: "Memory of 100,000 files, over idle",
                unit: "MiB" as const,
                edgecache: await memoryOf(engine, small),
              },
            ]
          : []),
      ];
      return figures;
    } finally {
      await rm(root, { recursive: true });
    }
  },
};

async function writeSmall(folder: string): Promise<string> {
  const noise = randomBytes(mebibyte);
  for (let outer = 0; outer < folders; outer++) {
    const inner = path.join(folder, String(outer));
    await mkdir(inner, { recursive: true });
    for (let file = 0; file < filesPerFolder; file++) {
      const number = outer * filesPerFolder + file;
      const size = 500 + ((number * 7919) % 3500);
      const at = (number * 131) % (mebibyte - size);
      await writeFile(path.join(inner, `page-${file}.html`), noise.subarray(at, at + size));
    }
  }
  return folder;
}

async function writeBig(folder: string): Promise<string> {
  await mkdir(folder);
  for (let number = 0; number < bigFiles; number++) {
    await using file = await open(path.join(folder, `${number}.bin`), "w");
    for (let piece = 0; piece < 1024 / bigFiles; piece++) await file.write(randomBytes(mebibyte));
  }
  return folder;
}

async function sha256sum(folder: string): Promise<void> {
  const find = spawn("find", [folder, "-type", "f", "-print0"], { stdio: ["ignore", "pipe", "inherit"] });
  const sum = spawn("xargs", ["-0", "sha256sum"], { stdio: ["pipe", "ignore", "inherit"] });
  find.stdout.pipe(sum.stdin);
  const [code] = await once(sum, "close");
  if (code !== 0) throw new Error(`sha256sum ended with ${code}`);
}

async function started(engine: EngineStub): Promise<RunningPlugin> {
  const plugin = await RunningPlugin.start(edgecache, engine);
  await plugin.call("getPluginInfo", new emptyPb.Empty());
  const configure = new providerPb.ConfigureRequest();
  configure.setArgs(new structPb.Struct());
  await plugin.call("configure", configure);
  return plugin;
}

async function hashFiles(plugin: RunningPlugin, folder: string): Promise<Buffer> {
  const request = new providerPb.InvokeRequest();
  request.setTok("edgecache:index:hashFiles");
  request.setArgs(structPb.Struct.fromJavaScript({ path: folder, urlPrefix: "https://www.example.com" }));
  return await plugin.raw("/pulumirpc.ResourceProvider/Invoke", request.serializeBinary());
}

function read(answer: Buffer): unknown {
  const response = providerPb.InvokeResponse.deserializeBinary(answer);
  const [failure] = response.getFailuresList();
  if (failure !== undefined) throw new Error(failure.getReason());
  return response.getReturn()?.toJavaScript();
}

async function memoryOf(engine: EngineStub, folder: string): Promise<number> {
  await using plugin = await started(engine);
  const idle = (await plugin.memory()).peak;
  await hashFiles(plugin, folder);
  return (await plugin.memory()).peak - idle;
}
