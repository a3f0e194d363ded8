/**
 * Partial state that is too large for the headers of an error (check 34), at the method table: no gRPC client for
 * Node takes headers of the size that the engine takes, and the engine itself takes half a minute for it.
 */
import { Metadata } from "@grpc/grpc-js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { machine } from "../../provider/src/engine/process/machine.ts";
import { methods } from "../../provider/src/engine/protocol/methods.ts";
import { Session } from "../../provider/src/engine/protocol/session.ts";
import type { Reply } from "../../provider/src/engine/wire/unary.ts";
import { detailOf, plain, type Bag } from "./client.ts";
import { Cloud } from "./cloud.ts";
import { toy } from "./fixture/provider.ts";
import { struct, urn } from "./plugin.ts";

/** Of the 16 MiB that grpc-go takes by default, in base64. */
const most = (16 * 1024 * 1024 * 3) / 4;
const engine = { write: () => Promise.resolve(), requireVersion: () => Promise.reject(new Error("older")) };
const silence = { ...machine, connectEngine: () => engine };
const table = methods(new Session(toy, silence, [], ""));

let cloud: Cloud | undefined;
beforeAll(async () => {
  cloud = await Cloud.start();
  await call("Configure", new providerPb.ConfigureRequest().setArgs(struct({ endpoint: cloud.url })));
});
afterAll(() => cloud?.[Symbol.asyncDispose]());

async function call(method: string, request: { serializeBinary(): Uint8Array }): Promise<Reply> {
  const reply = await table.get(`/pulumirpc.ResourceProvider/${method}`)?.(
    request.serializeBinary(),
    new AbortController(),
    undefined,
  );
  if (reply === undefined) throw new Error(`no ${method}`);
  return reply;
}

interface Partial {
  readonly message: string;
  readonly bytes: number;
  readonly properties: Bag | undefined;
  readonly reasons: readonly string[];
}

/** What arrives of a Create that ends half done. */
async function halfDone(inputs: Bag): Promise<Partial> {
  const type = "toy:index:Moody";
  const request = new providerPb.CreateRequest().setUrn(urn(type)).setType(type);
  const reply = await call("Create", request.setProperties(struct(inputs)));
  if (reply.ok) throw new Error("it was not refused");
  const metadata = new Metadata();
  const details = Buffer.from(reply.details ?? []);
  metadata.set("grpc-status-details-bin", details);
  const found = detailOf(metadata, "ErrorResourceInitFailed", providerPb.ErrorResourceInitFailed);
  const properties = found && plain(found.getProperties());
  return { message: reply.message, bytes: details.length, properties, reasons: found?.getReasonsList() ?? [] };
}

test("what fits arrives whole", async () => {
  const inputs = { name: "fits", mode: "half", word: "x".repeat(12_000_000) };
  const { properties, bytes, reasons } = await halfDone(inputs);
  expect(properties?.["word"]).toHaveLength(12_000_000);
  expect(bytes).toBeLessThan(most);
  expect(reasons).toHaveLength(1);
});

test("what does not fit leaves out the largest of what the inputs say too, and no more", async () => {
  const pairs = { key: "y".repeat(2_000_000) };
  const inputs = { name: "large", mode: "half", word: "x".repeat(12_000_000), pairs };
  const { properties, bytes, reasons } = await halfDone(inputs);
  expect(properties).toEqual({ name: "large", mode: "half", pairs, runs: 1 });
  expect(bytes).toBeLessThan(most);
  expect(reasons).toHaveLength(1);
});

test("what does not fit even so is said to be lost, with a way out", async () => {
  const { properties, message } = await halfDone({ name: "huge", mode: "hoards" });
  expect(properties).toBe(undefined);
  expect(message).toMatch(
    /state could not be saved: 14.0 MB, .* 12.2 MB at most.*Make several smaller resources of it/,
  );
});
