/** What the edge serves stale after a purge that the cloud calls done: sent again, and told. */
import { expect, test } from "vitest";
import { describeProblems } from "../../provider/src/trigger-kit/describe/outcome.ts";
import { staleAtEdge } from "../../provider/src/triggers/receipts.ts";
import { byHash, lane, Setting, urls } from "./setting.ts";

const [page = ""] = urls(1);

test("what became of a page that is sent again is what became of it then", async () => {
  const setting = new Setting({ taskMs: 0 });
  const stale = { stale: new Map([[page, "found v1"]]), proven: [] };
  let checks = 0;
  const check = () => {
    checks += 1;
    setting.cloud.refusing.add(page);
    return Promise.resolve(stale);
  };
  const { receipts } = await setting.run(undefined, byHash("1", [page]), { proving: { attempts: 3, check } });
  expect([setting.cloud.calls.length, checks]).toEqual([2, 1]);
  expect(receipts).toMatchObject({ status: "partial", owed: [{ target: page, code: "NoSuchHost" }] });
});

test.each([
  [10, []],
  [11, ["  and 1 more"]],
])("%i visits that met a stale copy: ten are named, each once", async (count, more) => {
  const setting = new Setting();
  const outcome = await setting.run(undefined, byHash("1", [page]));
  const found = Array.from({ length: count }, (_, at) => `found ${at}`);
  const undone = [...found, ...found].map((reason, at) => {
    return { target: `${page}${at}`, code: staleAtEdge, reason, lasting: false };
  });
  const [text = ""] = describeProblems({ ...outcome, undone }, setting.cloud, lane);
  expect(text.split("\n").slice(1, -1)).toEqual([...found.slice(0, 10).map((line) => `  ${line}`), ...more]);
});
