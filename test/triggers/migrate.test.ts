/** State of releases up to 0.1.0, read as today's: nothing is sent that they would not have sent, and nothing is forgotten. */
import { expect, test } from "vitest";
import { Manifest } from "../../provider/src/triggers/manifest/manifest.ts";
import { packManifest, unpackManifest } from "../../provider/src/triggers/manifest/pack.ts";
import { migrate } from "../../provider/src/triggers/migrate.ts";

const task = { requestId: "r", type: "file", targetCount: 1, submittedAt: "2026-11-22T07:12:28Z" };
const packed = (...names: string[]): string => packManifest(Manifest.ofTargets(names, ""));

test.each([
  ["51059036933", "unknown", { taskIds: ["51059036933"], via: "call", status: "unverified" }],
  ["1,2", "complete", { taskIds: ["1", "2"], via: "call", status: "complete" }],
  ["upload:3", "submitted", { taskIds: ["3"], via: "upload", status: "submitted" }],
])("task %s that was %s", (taskId, status, receipt) => {
  const failures = [{ target: "*", code: "C", reason: "r" }];
  const state = { tasks: [{ ...task, taskId, status, failures }], owed: [], ledger: { type: "file", hash: "1" } };
  expect(migrate(state, ["a"])?.tasks).toEqual([
    { ...task, ...receipt, failures: [{ ...failures[0], target: "all" }] },
  ]);
});

const owed = [
  { target: "owed", code: "C", reason: "r" },
  { target: "lost", code: "AnswerLost", reason: "r", sentAt: "2026-11-22T07:12:28.000Z" },
];
const open = { owed: packed("owed", "unnoted"), awaiting: packed("sent") };
const marksIn = (manifest: Manifest) =>
  Object.fromEntries((["owed", "lost", "sent"] as const).map((mark) => [mark, manifest.withMark(mark).toSorted()]));

test("with one hash: what is open is marked, and all else that was listed is true", () => {
  const ledger = { type: "file", hash: "1", ...open };
  const migrated = migrate({ tasks: [], owed, ledger }, ["true", "owed", "lost"]);
  expect(migrated?.ledger).toMatchObject({ source: "targets", hash: "1", owed: 3, awaiting: 1 });
  const manifest = unpackManifest(migrated?.ledger.manifest ?? "", "1");
  expect([...manifest.names()]).toEqual(["lost", "owed", "sent", "true", "unnoted"]);
  expect(marksIn(manifest)).toEqual({ owed: ["owed", "unnoted"], lost: ["lost"], sent: ["sent"] });
});

test("with contents: what is open and left them is kept as removed", () => {
  const manifest = packManifest(
    Manifest.of([
      ["true", "1"],
      ["owed", "1"],
      ["lost", "1"],
    ]),
  );
  const migrated = migrate({ tasks: [], owed, ledger: { type: "file", manifest, ...open } }, undefined);
  expect(migrated?.ledger).toMatchObject({ source: "contents", owed: 3, awaiting: 1 });
  const read = unpackManifest(migrated?.ledger.manifest ?? "");
  expect(marksIn(read)).toEqual({ owed: ["owed", "unnoted"], lost: ["lost"], sent: ["sent"] });
  expect(read.compare(Manifest.of([]))).toMatchObject({
    removed: ["lost", "true"],
    neverTrue: 1,
    openRemoved: { owed: ["owed", "unnoted"], sent: ["sent"], lost: [] },
  });
});

test("a hash alone says nothing of targets, and today's state is left as it is", () => {
  const state = { tasks: [], owed: [], ledger: { type: "file", hash: "1" } };
  expect(migrate(state, undefined)?.ledger).toMatchObject({ source: "targets", hash: "1", manifest: "" });
  expect(
    migrate({ ...state, ledger: { ...state.ledger, source: "targets", manifest: "" } }, undefined),
  ).toBeUndefined();
});
