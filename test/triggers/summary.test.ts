/** The output `plan`: what a preview says before and a state keeps after, for policies and scripts. */
import { afterAll, beforeAll, expect, test } from "vitest";
import * as esa from "../../provider/src/clouds/alibaba/esa/index.ts";
import { describeMoved } from "../../provider/src/trigger-kit/describe/moved.ts";
import { Unknown } from "../../provider/src/engine/wire/values.ts";
import { Jumping } from "./jumping.ts";
import { resourceOf } from "./world.ts";

const site = { siteId: "5407498413000", type: "file" };
const page = (name: string) => `https://www.example.com/${name}`;
let ground: Jumping;
beforeAll(async () => {
  ground = await Jumping.start();
  await ground.still(async () => (await trigger()).stack.preview({ ...site, targets: [page("a")], contentHash: "1" }));
});
afterAll(() => ground[Symbol.asyncDispose]());

let tenants = 0;
async function trigger() {
  const control = await ground.emulator.control.createTenant(`t${++tenants}`);
  await control.settings.limits({ "esa.purgeMs": 100 });
  const context = ground.context(await control.configuration());
  return { control, stack: ground.stack(resourceOf(esa, "edgecache:esa:PurgeTrigger"), context) };
}

test("a preview tells targets by reason, calls and quota; the state tells what the run sent", async () => {
  const { control, stack } = await trigger();
  await stack.up({ ...site, contents: { [page("a")]: "1", [page("b")]: "1", [page("c")]: "1" } });
  const next = { ...site, contents: { [page("a")]: "2", [page("c")]: "1", [page("d")]: "1" } };
  await control.requests.clear();
  await stack.preview(next);
  const reasons = [
    { reason: "changed", count: 1, targets: [page("a")] },
    { reason: "removed", count: 1, targets: [page("b")] },
  ];
  const sent = { granularity: "fine", everything: false, targetCount: 2, knownCount: 4, reasons, calls: 1 };
  expect(stack.foreseen?.["plan"]).toEqual({
    ...sent,
    carriedOut: false,
    seconds: 0,
    quota: { limit: 500_000, before: 499_997, after: 499_995 },
    unknownInputs: [],
  });
  await control.faults.add({ kind: "failTarget", target: page("b"), as: "row", reason: "Internal Error", count: 1 });
  const ran = await stack.up(next);
  // b was not done: it is owed, and no part of what was.
  const done = { ...sent, carriedOut: true, targetCount: 1, reasons: reasons.slice(0, 1), seconds: expect.any(Number) };
  expect(ran.outputs).toMatchObject({ plan: { ...done, unknownInputs: [] }, owed: [{ target: page("b") }] });
  await stack.refresh();
  expect(stack.state?.outputs["plan"]).toEqual(ran.outputs["plan"]);
});

test("a state names ten targets of a reason at most, and none that is secret", async () => {
  const { stack } = await trigger();
  const targets = Array.from({ length: 500 }, (_, at) => page(`${at}`));
  const program = { ...site, targets, contentHash: "1" };
  await stack.preview(program, { secret: ["targets"] });
  expect(stack.foreseen?.["plan"]).toMatchObject({ reasons: [{ reason: "created", count: 500, targets: [] }] });
  const open = await stack.up(program);
  expect(open.outputs["plan"]).toMatchObject({ reasons: [{ count: 500, targets: targets.slice(0, 10) }] });
  expect(JSON.stringify(open.outputs["plan"]).length).toBeLessThan(1000);
  const sealed = await stack.up({ ...program, contentHash: "2" }, { secret: ["targets"] });
  expect(JSON.stringify(sealed.outputs["plan"])).not.toContain("www.example.com");
});

test("directories and everything are coarse, and everything names nothing", async () => {
  const { stack } = await trigger();
  await stack.preview({ ...site, type: "directory", targets: [page("docs/")], contentHash: "1" });
  expect(stack.foreseen?.["plan"]).toMatchObject({ granularity: "coarse", everything: false, targetCount: 1 });
  await stack.preview({ ...site, type: "purgeall", contentHash: "1" });
  expect(stack.foreseen?.["plan"]).toMatchObject({
    granularity: "coarse",
    everything: true,
    reasons: [{ reason: "created", count: 1, targets: [] }],
  });
});

test("one unknown input leaves the most that can be sent, and refuses nothing for it", async () => {
  const { control, stack } = await trigger();
  const targets = [page("a"), page("b")];
  await stack.up({ ...site, targets, contentHash: "1" });
  expect(await stack.preview({ ...site, targets, contentHash: new Unknown() })).toMatchInlineSnapshot(`
    [
      "info: will purge at most 2 files (contentHash known only during up): 1 call to PurgeCaches, daily quota 499,998 of 500,000 left",
    ]
  `);
  expect(stack.foreseen?.["plan"]).toMatchObject({ targetCount: 2, unknownInputs: ["contentHash"] });
  expect(await stack.preview({ ...site, targets: [...targets, new Unknown()], contentHash: "1" }))
    .toMatchInlineSnapshot(`
    [
      "info: will purge at most 1 of 3 files (1 added; targets known only during up): 1 call to PurgeCaches, daily quota 499,998 of 500,000 left",
      "info: added: targets[2]",
    ]
  `);
  await control.settings.limits({ "esa.quota.enterprise.file": 2 });
  await expect(stack.preview({ ...site, targets, contentHash: new Unknown() })).resolves.toHaveLength(1);
});

test("an unknown hash of one page leaves the others planned exactly", async () => {
  const { stack } = await trigger();
  await stack.up({ ...site, contents: { [page("a")]: "1", [page("b")]: "1", [page("c")]: "1" } });
  const next = { [page("a")]: new Unknown(), [page("b")]: "2", [page("c")]: "1" };
  expect(await stack.preview({ ...site, contents: next })).toMatchInlineSnapshot(`
    [
      "info: will purge at most 2 of 3 files (2 changed; contents known only during up): 1 call to PurgeCaches, daily quota 499,997 of 500,000 left",
      "info: changed: https://www.example.com/a, https://www.example.com/b",
    ]
  `);
});

test("a new trigger of a stack that is not new names the alias that keeps its record, and what --replace leaves", async () => {
  const { stack } = await trigger();
  const program = { ...site, targets: [page("a")], contentHash: "1" };
  expect((await stack.preview(program)).join()).not.toMatch(/aliases|--replace/);
  expect((await stack.preview(program, { usedBefore: true }))[1]).toMatchInlineSnapshot(
    `"info: if it was only renamed, give it the option aliases: ["urn:pulumi:test::test::edgecache:test:Test::OLD-NAME"]: it keeps its record, and only what changed is sent"`,
  );
  const child = "urn:pulumi:prod::shop::my:site:Site$edgecache:esa:PurgeTrigger::pages";
  expect(describeMoved(child)).toContain(
    'if it was only moved here, give it the option aliases: ["urn:pulumi:prod::shop::edgecache:esa:PurgeTrigger::pages"]',
  );
  const skipped = await stack.preview({ ...program, onCreate: "skip" }, { usedBefore: true });
  expect(skipped.join()).not.toContain("aliases");
  expect(skipped.at(-1)).toBe(
    "info: if it replaces itself (--replace), it begins without its record: what it still owes, and what left its contents, is not sent; `pulumi up` without --replace sends just that",
  );
});
