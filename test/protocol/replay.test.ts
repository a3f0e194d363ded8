/** What the real engine said in the demo's story (`record.ts`), said again: the plugin answers as it did. */
import { readFile } from "node:fs/promises";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import structPb from "google-protobuf/google/protobuf/struct_pb.js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import { expect, test } from "vitest";
import { useClouds } from "../engine/cloud.ts";
import { diffOf, type Bag } from "./client.ts";
import { EngineLog, Plugin, struct } from "./plugin.ts";

interface Call {
  readonly method: string;
  readonly request: Bag;
  readonly response: Bag;
}

const requests: Readonly<Record<string, new () => object>> = {
  Handshake: providerPb.ProviderHandshakeRequest,
  GetPluginInfo: emptyPb.Empty,
  Attach: pluginPb.PluginAttach,
  CheckConfig: providerPb.CheckRequest,
  DiffConfig: providerPb.DiffRequest,
  Configure: providerPb.ConfigureRequest,
  Check: providerPb.CheckRequest,
  Diff: providerPb.DiffRequest,
  Create: providerPb.CreateRequest,
  Read: providerPb.ReadRequest,
  Update: providerPb.UpdateRequest,
  Delete: providerPb.DeleteRequest,
  Invoke: providerPb.InvokeRequest,
  Cancel: emptyPb.Empty,
};

const newCloud = useClouds();

test("a recorded conversation is answered as it was", async () => {
  const cloud = await newCloud();
  await using log = await EngineLog.start();
  let text = await readFile(new URL("./recorded/demo.jsonl", import.meta.url), "utf8");
  for (const [key, value] of Object.entries(await cloud.configuration())) {
    text = text.replaceAll(JSON.stringify(`<${key}>`), JSON.stringify(value));
  }
  const calls = text
    .trim()
    .split("\n")
    .map((line): Call => JSON.parse(line));
  expect(new Set(calls.map(({ method }) => method)).size).toBeGreaterThanOrEqual(11);
  let plugin: Plugin | undefined;
  for (const { method, request, response } of calls) {
    if (method === "Handshake") {
      // Each run of the engine is a process of its own.
      await plugin?.[Symbol.asyncDispose]();
      plugin = await Plugin.start({ args: [log.address] });
    }
    if (plugin === undefined) throw new Error("the record does not begin with Handshake");
    const answer: object = await plugin.call(
      method,
      built(method, { ...request, ...(method === "Handshake" && { engineAddress: log.address }) }),
    );
    expect([method, settled(asRecorded(answer, response))]).toEqual([method, settled(response)]);
  }
  await plugin?.[Symbol.asyncDispose]();
  const writes = (await cloud.requests.find())
    .map(({ action }) => action)
    .filter((action) => !/^(Get|Describe|List)/.test(action));
  expect(writes).toEqual(["UpdateCacheTag", "PurgeCaches", "PurgeCaches", "UpdateCacheTag"]);
});

/** The engine's JSON as the message that it was. */
function built(method: string, json: Bag): object {
  const type = requests[method];
  if (type === undefined) throw new Error(`no request for ${method}`);
  const message = new type();
  for (const [key, value] of Object.entries(json)) {
    if (key === "variables" || key === "autonaming") continue;
    const setter = member(message, "set", key);
    setter(typeof value === "object" && value !== null && !Array.isArray(value) ? struct(value as Bag) : value);
  }
  return message;
}

/** Of an answer, what the record has, in the record's form. */
function asRecorded(answer: object, recorded: Bag): Bag {
  if (answer instanceof providerPb.DiffResponse) {
    const { changes, diffs, replaces, detailed, deleteBeforeReplace } = diffOf(answer);
    const detailedDiff = Object.entries(detailed).map(([path, kind]) => [
      path,
      { ...(kind !== "ADD" && { kind }), inputDiff: true },
    ]);
    return {
      changes,
      hasDetailedDiff: true,
      ...(diffs.length > 0 && { diffs }),
      ...(replaces.length > 0 && { replaces }),
      ...(deleteBeforeReplace && { deleteBeforeReplace }),
      ...(detailedDiff.length > 0 && { detailedDiff: Object.fromEntries(detailedDiff) }),
    };
  }
  return Object.fromEntries(
    Object.keys(recorded).map((key) => {
      const value: unknown = member(answer, "get", key)();
      return [key, value instanceof structPb.Struct ? value.toJavaScript() : value];
    }),
  );
}

function member(message: object, verb: "get" | "set", key: string): (value?: unknown) => unknown {
  const wanted = [verb + key, `${verb}${key}List`].map((name) => name.toLowerCase());
  const name = Object.getOwnPropertyNames(Object.getPrototypeOf(message)).find((each) =>
    wanted.includes(each.toLowerCase()),
  );
  const found: unknown = name === undefined ? undefined : Reflect.get(message, name);
  if (typeof found !== "function") throw new Error(`no ${verb} ${key}`);
  return found.bind(message);
}

/** The id of a trigger; other ids say what the resource is. */
const random = /^[a-z0-9]{16}$/;

/** Ids and times are the cloud's and the clock's. */
function settled(json: unknown): unknown {
  const volatile = new Set(["taskIds", "requestId", "submittedAt", "completedAt", "lastPurgedAt", "tookMs", "seconds"]);
  return JSON.parse(
    JSON.stringify(json, (key, value: unknown) =>
      volatile.has(key) || (key === "id" && random.test(String(value))) ? "…" : value,
    ),
  );
}
