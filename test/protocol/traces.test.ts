/** What `--otel-traces` shows of the real plugin against the emulator: docs/traces.md. */
import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import { expect, test } from "vitest";
import { siteId, useClouds } from "../engine/cloud.ts";
import { Client, refused } from "./client.ts";
import { Collector, type Span } from "./collector.ts";
import { Plugin, secret } from "./plugin.ts";

const newCloud = useClouds();

const receivers = {
  "a collector": async (collector: Collector) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }),
  "the engine": async (collector: Collector) => ({
    PULUMI_OTEL_EXPORTER_OTLP_ENDPOINT: await collector.listenByGrpc(),
  }),
};

test.each(Object.entries(receivers))(
  "%s gets a span for each RPC and, below it, one for each request to a cloud; the log has the same; neither has a secret",
  async (_, receiver) => {
    const cloud = await newCloud();
    await using collector = await Collector.start();
    const log = path.join(tmpdir(), `edgecache-traces-${process.pid}.jsonl`);
    const env = { ...(await receiver(collector)), EDGECACHE_LOG: log };
    const hidden = "http://www.example.com/known-to-nobody";
    {
      await using plugin = await Plugin.start({ env });
      await plugin.configure({ ...(await cloud.configuration()) });
      const trigger = new Client(plugin, "edgecache:esa:PurgeTrigger");
      const news = { siteId, type: "file", targets: secret([hidden]), contentHash: "v1" };
      const { inputs } = await trigger.check(news);
      await trigger.create(inputs);
      await cloud.faults.add({ kind: "permissionDenied", action: "PurgeCaches", count: 1 });
      await refused(trigger.create(inputs));
      await cloud.faults.add({ kind: "error", action: "PurgeCaches", code: `NoPage.${hidden}`, status: 400, count: 1 });
      await refused(trigger.create(inputs));
      await plugin.call("Cancel", new emptyPb.Empty());
    }
    const calls = await cloud.requests.find();
    const { spans } = collector;
    const requests = spans.filter(({ name }) => name.startsWith("ESA "));
    const told = requests.map(({ name, attributes }) => [name, attributes["requestId"], attributes["code"]].join(" "));
    expect(told.toSorted()).toEqual(
      calls
        .map(({ action, requestId, code }) => [`ESA ${action}`, requestId, code?.replace(hidden, "[secret]")].join(" "))
        .toSorted(),
    );
    expect(requests.filter(({ attributes }) => attributes["code"] !== undefined)).toHaveLength(2);
    const rpcs = new Map(spans.map((span): [string, Span] => [span.id, span]));
    for (const { parent, trace } of requests) {
      expect(rpcs.get(parent)).toMatchObject({ name: "pulumirpc.ResourceProvider/Create", trace });
    }

    const lines = (await readFile(log, "utf8")).trim().split("\n");
    const written = lines.map((line): Record<string, unknown> => JSON.parse(line)).filter(({ request }) => request);
    expect(written.map(({ request, requestId, code }) => [request, requestId, code].join(" "))).toEqual(told);
    expect(written[0]).toEqual({
      time: expect.any(String),
      request: expect.any(String),
      about: expect.stringContaining("edgecache:esa:PurgeTrigger"),
      ms: expect.any(Number),
      requestId: expect.any(String),
    });
    await rm(log);
    const { alibabaAccessKeySecret } = await cloud.configuration();
    for (const text of [hidden, alibabaAccessKeySecret]) {
      expect([text, collector.bytes.includes(text), lines.join("\n").includes(text)]).toEqual([text, false, false]);
    }
  },
);
