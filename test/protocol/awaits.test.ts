/**
 * What could not be done yet, as nothing that must come first was there: an engine that knows
 * `ErrorResourceAwaitFailed` is told so, every other sees the ordinary failure.
 */
import * as grpc from "@grpc/grpc-js";
import statusPb from "@pulumi/pulumi/proto/status_pb.js";
import { beforeEach, expect, test } from "vitest";
import { secret } from "./plugin.ts";
import { useToy } from "./toy.ts";

const toy = useToy();
beforeEach(() => void (toy().log.required.length = 0));

interface Failed {
  readonly code: string;
  readonly message: string;
  /** Names of the messages that came with it, and how many bytes each has. */
  readonly details: readonly (readonly [string, number])[];
}

async function failure(of: Promise<unknown>): Promise<Failed> {
  const error: unknown = await of.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error && "metadata" in error && error.metadata instanceof grpc.Metadata)) throw error;
  const [bytes] = error.metadata.get("grpc-status-details-bin");
  const details =
    bytes instanceof Buffer
      ? statusPb.Status.deserializeBinary(bytes)
          .getDetailsList()
          .map((any) => [any.getTypeName(), any.getValue_asU8().length] as const)
      : [];
  const code = "code" in error && typeof error.code === "number" ? grpc.status[error.code] : undefined;
  return { code: code ?? "", message: "details" in error ? String(error.details) : "", details };
}

const awaits = { name: "a", mode: "awaits", word: "the parcel" };

test.each(["create", "update"])(
  "%s: an engine that knows it goes on with the rest, and the text is a warning",
  async (verb) => {
    const moody = toy().resource("Moody");
    const state = await moody.create({ name: "a", mode: "ok" });
    toy().log.answer = "yes";
    toy().log.entries.length = 0;
    const failed = await failure(verb === "create" ? moody.create(awaits) : moody.update(state, awaits));
    expect(failed).toEqual({
      code: "FAILED_PRECONDITION",
      message: "the parcel has not arrived",
      details: [["pulumirpc.ErrorResourceAwaitFailed", 0]],
    });
    expect(toy().log.required).toEqual([">=3.272.0"]);
    expect(toy().log.entries).toEqual([
      { severity: 2, message: "the parcel has not arrived", urn: moody.urn, ephemeral: false },
    ]);
  },
);

test.each(["no", "never"] as const)("an engine that answers %s sees the ordinary failure", async (answer) => {
  toy().log.answer = answer;
  expect(await failure(toy().resource("Moody").create(awaits))).toEqual({
    code: "FAILED_PRECONDITION",
    message: "the parcel has not arrived",
    details: [],
  });
  expect(toy().log.entries).toEqual([]);
});

test("no secret is in the warning", async () => {
  toy().log.answer = "yes";
  await failure(
    toy()
      .resource("Moody")
      .create({ ...awaits, word: secret("hunter2") }),
  );
  expect(toy().log.entries.map(({ message }) => message)).toEqual(["[secret] has not arrived"]);
});

test("other failures ask nothing", async () => {
  toy().log.answer = "yes";
  const failed = await failure(toy().resource("Moody").create({ name: "a", mode: "throws" }));
  expect(failed.details).toEqual([]);
  expect(toy().log.required).toEqual([]);
});
