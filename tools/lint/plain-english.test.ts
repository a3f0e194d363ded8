/** The rule against mannered comments: which words it finds, and that it is on for the sources of both halves. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { manneredWord } from "./plain-english.mjs";

test.each([
  ["Whoever sends decides.", "Whoever"],
  ["An answer for nobody.", "nobody"],
  ["What shall be.", "shall"],
  ["Its fate is known.", "fate"],
  ["At a glance.", "glance"],
  ["Back through the side door.", "side door"],
  ["Unknown, for all its name.", "for all its"],
])("%s", (comment, word) => {
  expect(manneredWord(comment)).toBe(word);
});

test.each(["A shallow copy of the description.", "Metres, meetings, officers, deskew.", "The result of a send."])(
  "%s",
  (comment) => {
    expect(manneredWord(comment)).toBeUndefined();
  },
);

test("holds in provider, emulator, dynamic resources and tools alike", () => {
  const { overrides } = JSON.parse(readFileSync(".oxlintrc.json", "utf8")) as {
    overrides: { files: string[]; rules: Record<string, unknown> }[];
  };
  const on = overrides
    .filter(({ rules }) => rules["edgecache/plain-english"] === "error")
    .flatMap(({ files }) => files);
  expect(on).toEqual(["provider/src/**", "emulator/src/**", "sdk/dynamic/src/**", "tools/**"]);
});
