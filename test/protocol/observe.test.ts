/** What an operator can ask for: JSON lines, spans, the status line, debug output. */
import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as grpc from "@grpc/grpc-js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import { expect, test } from "vitest";
import { refused } from "./client.ts";
import { Collector } from "./collector.ts";
import { urn } from "./plugin.ts";
import { Toy } from "./toy.ts";

test("<NAME>_LOG: every RPC and every word as a line of JSON", async () => {
  const file = path.join(tmpdir(), `toy-lines-${process.pid}.jsonl`);
  {
    await using toy = await Toy.start({ env: { TOY_LOG: file } });
    await toy.resource("Moody").create({ name: "a", mode: "warns" });
    await refused(toy.resource("Moody").create({ name: "b", mode: "throws" }));
  }
  const lines = (await readFile(file, "utf8"))
    .trim()
    .split("\n")
    .map((line): Record<string, unknown> => JSON.parse(line));
  await rm(file);
  const about = urn("toy:index:Moody");
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  expect(lines).toEqual([
    { time, rpc: "Configure", ms: expect.any(Number), status: "OK" },
    { time, severity: "debug", message: "quietly", urn: about },
    { time, severity: "warning", message: "mind the gap", urn: about },
    { time, rpc: "Create", about, ms: expect.any(Number), status: "OK" },
    {
      time,
      rpc: "Create",
      about,
      ms: expect.any(Number),
      status: "INTERNAL",
      message: expect.stringContaining("a bug"),
    },
  ]);
});

test("a log file that cannot be written fails nothing", async () => {
  await using toy = await Toy.start({ env: { TOY_LOG: "/nowhere/at/all.jsonl" } });
  expect((await toy.resource("Moody").create({ name: "a", mode: "warns" })).id).toBe("a");
});

test("OTEL_EXPORTER_OTLP_ENDPOINT: one span for each RPC, below the engine's, sent before the process ends", async () => {
  await using collector = await Collector.start();
  const trace = "0af7651916cd43dd8448eb211c80319c";
  {
    await using toy = await Toy.start({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } });
    await toy.resource("Moody").create({ name: "a", mode: "ok" });
    const metadata = new grpc.Metadata();
    metadata.set("traceparent", `00-${trace}-b7ad6b7169203331-01`);
    const same = (buffer: Buffer): Buffer => buffer;
    await new Promise((resolve) =>
      toy.plugin.client.makeUnaryRequest(
        "/pulumirpc.ResourceProvider/GetPluginInfo",
        same,
        same,
        Buffer.alloc(0),
        metadata,
        resolve,
      ),
    );
    await refused(toy.resource("Moody").create({ name: "b", mode: "throws" }));
    await toy.plugin.call("Cancel", new emptyPb.Empty());
  }
  const sent = collector.bytes;
  for (const text of [
    "pulumi-resource-toy",
    "pulumirpc.ResourceProvider/Create",
    "pulumirpc.ResourceProvider/Cancel",
    "toy:index:Moody",
    "a bug",
  ]) {
    expect(sent.includes(text), text).toBe(true);
  }
  const below = collector.spans.filter((span) => span.trace === trace);
  expect(below.map(({ name, parent }) => [name, parent])).toEqual([
    ["pulumirpc.ResourceProvider/GetPluginInfo", "b7ad6b7169203331"],
  ]);
});

test("progress goes to the status line, debug words to the engine, and to standard error on request", async () => {
  await using toy = await Toy.start({ args: ["--logtostderr", "-v=3"] });
  await toy.resource("Moody").create({ name: "s", mode: "slow" });
  await toy.resource("Moody").create({ name: "w", mode: "warns" });
  const steps = toy.log.entries.filter(({ ephemeral }) => ephemeral).map(({ message }) => message);
  expect(steps).toEqual(Array.from({ length: 40 }, (_, index) => `step ${index + 1}`));
  const about = urn("toy:index:Moody");
  expect(toy.log.entries.slice(-2)).toEqual([
    { severity: 0, message: "quietly", urn: about, ephemeral: false },
    { severity: 2, message: "mind the gap", urn: about, ephemeral: false },
  ]);
  expect(toy.plugin.stderr.join("")).toContain(`debug: ${about}: quietly\n`);

  await using silent = await Toy.start();
  await silent.resource("Moody").create({ name: "w", mode: "warns" });
  expect(silent.plugin.stderr).toEqual([]);
});

test("an engine that does not listen holds nothing up", async () => {
  await using toy = await Toy.start();
  await toy.log[Symbol.asyncDispose]();
  const start = performance.now();
  expect((await toy.resource("Moody").create({ name: "w", mode: "warns" })).id).toBe("w");
  expect(performance.now() - start).toBeLessThan(2_500);
});
