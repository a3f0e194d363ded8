/** What is accepted: by an answer with a task, and only what no refusal names. */
import { expect, test } from "vitest";
import { resultsOf, unprovenSuccess } from "../../provider/src/triggers/submit/answer.ts";
import { TargetIndex } from "../../provider/src/triggers/submit/target-index.ts";

const refused = (target: string) => ({ target, code: "FailedList", reason: "domain not valid" });
const where = { cloud: "EdgeOne", action: "CreatePurgeTask" };

test.each([
  [["https://a.example/1", "https://a.example/1"]],
  [["https://a.example/1", "HTTPS://A.example:443/1"]],
  [[]],
])("an answer without a task that refuses %j does not say what became of the second target", (names) => {
  const targets = ["https://a.example/1", "https://a.example/2"];
  const answer = { taskIds: [], requestId: "r", refused: names.map(refused) };
  expect(() => unprovenSuccess(answer, targets, where)).toThrow(/NoTaskId/);
  expect(resultsOf(answer, targets, 0).get("https://a.example/2")?.state).toBe("refused");
});

test.each([
  // Ours, as the vendor writes it, what it is.
  ["https://WWW.a.example/%7euser", "https://www.a.example:443/~user", "same"],
  ["https://a.example/p%C3%A4ge", "https://a.example/p\u00e4ge", "same"],
  ["https://a.example/a%22b", 'https://a.example/a"b', "same"],
  ["https://a.example", "https://a.example/", "same"],
  ["https://a.example/a", "a.example/a", "same"],
  ["WWW.a.example", "www.a.example", "same"],
  ["https://a.example/Docs", "https://a.example/docs", "like"],
  ["https://a.example/a%2Fb", "https://a.example/a/b", "like"],
  ["https://a.example/?a=1%262", "https://a.example/?a=1&2", "like"],
  ["https://a.example/a", "http://a.example/a", "like"],
  ["https://a.example/a/", "https://a.example/a", "like"],
  ["Shop", "shop", "like"],
  ["https://a.example/a", "https://a.example/b", "other"],
])("%s and %s are the %s: refusals go by what is like ours, evidence by what is the same", (own, listed, how) => {
  const index = new TargetIndex([own]);
  expect(index.all(listed)).toEqual(how === "other" ? [] : [own]);
  expect(index.find(listed)).toBe(how === "same" ? own : undefined);
});

test("a refusal that may mean two of ours holds up both, and gives up neither", () => {
  const targets = ["http://a.example/a", "https://a.example/a", "https://a.example/b"];
  const results = resultsOf({ taskIds: ["t"], requestId: "r", refused: [refused("a.example/A")] }, targets, 0);
  expect(targets.map((target) => results.get(target))).toMatchObject([
    { state: "refused", lasting: false },
    { state: "refused", lasting: false },
    { state: "accepted" },
  ]);
});
