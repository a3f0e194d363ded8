import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { fileNotes } from "../../provider/src/engine/process/run-notes.ts";

test("the processes of one run see each other's notes of a key, and no others", () => {
  const [run, other] = [randomUUID(), randomUUID()];
  fileNotes.add(run, "place", "one");
  fileNotes.add(run, "place", "one");
  fileNotes.add(run, "place", "two");
  fileNotes.add(run, "elsewhere", "three");
  expect([...fileNotes.list(run, "place")].toSorted()).toEqual(["one", "two"]);
  expect(fileNotes.list(other, "place")).toEqual([]);
});
