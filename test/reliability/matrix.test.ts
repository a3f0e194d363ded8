/**
 * Every fault of the emulator, in every phase of a purge, on every cloud.
 * When the faults are over one `up` converges, nothing owed is lost, and no
 * target is sent twice. The table of it is docs/reliability.md: this test
 * writes it with UPDATE_DOCS=1 and holds it to the truth otherwise.
 */
import { readFile, writeFile } from "node:fs/promises";
import type { FaultSeed } from "edgecache-emulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { subjects, url, type Subject } from "./subjects.ts";
import { TestBeds, type TestBed } from "./test-bed.ts";

const beds = new TestBeds();
beforeAll(() => beds.warmUp());
afterAll(() => beds[Symbol.asyncDispose]());

type Phase = "submit" | "poll" | "look-up";
const phases: readonly Phase[] = ["submit", "poll", "look-up"];

interface Trouble {
  readonly name: string;
  readonly fault: FaultSeed;
  /** Concerns the task that a call makes: it comes with the submission, and watching meets it in any case. */
  readonly ofTask?: true;
  readonly only?: (subject: Subject) => boolean;
  /** The answer comes too late by the real clock as well. */
  readonly slow?: true;
  /** What else is so, in which a call without answer has to be judged. */
  readonly where?: Circumstance;
}

/**
 * Our clock and the vendor's differ; others work on the same pages; the key may not list; a host is not ours any more;
 * the vendor writes URLs in another way than we do.
 */
type Circumstance = "ahead" | "behind" | "foreign" | "noList" | "culprit" | "spelling";
const skewMs: Readonly<Partial<Record<Circumstance, number>>> = { ahead: -120_000, behind: 120_000 };

const teoOnly = (subject: Subject): boolean => subject.failedList;
const twice = { count: 2 } as const;
const b = "/b";
const cutAfter = { kind: "resetAfter", count: 1 } as const;

const troubles: readonly Trouble[] = [
  { name: "502 of a gateway", fault: { kind: "badGateway", ...twice } },
  { name: "500 without body", fault: { kind: "emptyError", ...twice } },
  { name: "connection cut before", fault: { kind: "resetBefore", ...twice } },
  { name: "connection cut after", fault: { kind: "resetAfter", ...twice } },
  { name: "answer cut in half", fault: { kind: "truncatedJson", ...twice } },
  { name: "answer after the time-out", fault: { kind: "slow", delayMs: 600, count: 1 }, slow: true },
  { name: "throttled", fault: { kind: "throttle", ...twice } },
  { name: "throttled with a hint", fault: { kind: "throttle", retryAfterMs: 4000, ...twice } },
  { name: "internal error", fault: { kind: "error", code: "InternalError", status: 500, ...twice } },
  { name: "site locked", fault: { kind: "lockFailed", ...twice } },
  { name: "unknown code", fault: { kind: "error", code: "Surprise.Party", status: 400, count: 1 } },
  { name: "quota used up", fault: { kind: "quotaExhausted", count: 1 } },
  { name: "no permission", fault: { kind: "permissionDenied", count: 1 } },
  { name: "a target's row fails", fault: { kind: "failTarget", as: "row", target: b, count: 1 }, ofTask: true },
  {
    name: "a target is refused",
    fault: { kind: "failTarget", as: "failedList", target: b, count: 1 },
    ofTask: true,
    only: teoOnly,
  },
  { name: "FailedList null", fault: { kind: "nullFailedList", ...twice }, ofTask: true, only: teoOnly },
  { name: "task never ends", fault: { kind: "taskStuck", count: 1 }, ofTask: true },
  {
    name: "task id as a number",
    fault: { kind: "numericTaskId", ...twice },
    ofTask: true,
    only: (subject) => subject.name === "ESA",
  },
  { name: "our clock 2 min ahead, cut after", fault: cutAfter, where: "ahead" },
  { name: "our clock 2 min behind, cut after", fault: cutAfter, where: "behind" },
  {
    name: "others purge the same, cut before",
    fault: { kind: "resetBefore", count: 1 },
    where: "foreign",
  },
  { name: "the key may not list, cut after", fault: cutAfter, where: "noList" },
  { name: "a page of a host that is not ours, cut after", fault: cutAfter, where: "culprit" },
  { name: "the cloud spells URLs in another way, cut after", fault: cutAfter, where: "spelling" },
  {
    name: "a target's row fails, spelled in another way",
    fault: { kind: "failTarget", as: "row", target: b, count: 1 },
    ofTask: true,
    where: "spelling",
  },
  {
    name: "a target is refused, spelled in another way",
    fault: { kind: "failTarget", as: "failedList", target: b, count: 1 },
    ofTask: true,
    only: teoOnly,
    where: "spelling",
  },
];

const cells = new Map<string, string>();
const pages = ["a", "b", "c"];

for (const subject of subjects) {
  test(`${subject.name}: every fault when submitting, polling and looking up`, { timeout: 60_000 }, async () => {
    const wrong: string[] = [];
    for (const trouble of troubles) {
      if (trouble.only?.(subject) === false) continue;
      for (const phase of phases) {
        if (phase === "poll" && trouble.ofTask === true) continue;
        if (phase === "look-up" && subject.lookUp === undefined) continue;
        if (phase !== "submit" && trouble.where !== undefined) continue;
        const { verdict, problem } = await live(subject, trouble, phase);
        cells.set(`${trouble.name} ${phase} ${subject.name}`, verdict);
        if (problem !== undefined) wrong.push(`${trouble.name} × ${phase}: ${problem}`);
      }
    }
    expect(wrong).toEqual([]);
  });
}

test("no fault of the emulator is left out", async () => {
  await using bed = await beds.open(subjects[0]);
  const { faultKinds } = await bed.cloud.info();
  expect([...new Set(troubles.map(({ fault }) => fault.kind))].toSorted()).toEqual(faultKinds.toSorted());
});

test("docs/reliability.md shows what was seen", async () => {
  const file = new URL("../../docs/reliability.md", import.meta.url);
  const written = (await readFile(file, "utf8")).replace(
    /(<!-- matrix -->\n)[^]*(\n<!-- end -->)/,
    (_, open: string, close: string) => `${open}\n${table()}${close}`,
  );
  if (process.env["UPDATE_DOCS"] === "1") await writeFile(file, written);
  expect(await readFile(file, "utf8")).toBe(written);
});

/** A trigger is changed while the fault stands; then it is gone, and `up` runs once more. */
async function live(subject: Subject, trouble: Trouble, phase: Phase): Promise<{ verdict: string; problem?: string }> {
  await using bed = await beds.open(subject);
  const { cloud, engine } = bed;
  await bed.restart();
  const stray = trouble.where === "culprit" ? ["http://www.retired.example/x"] : [];
  const program = (contentHash: string, more: readonly string[] = []) => ({
    ...subject.base,
    targets: [...pages.map((page) => url(subject, page)), ...more],
    contentHash,
  });
  await bed.publish({ a: "v1", b: "v1", c: "v1" });
  await engine.up(program("v1"));
  for (const page of pages) await bed.visit(page);
  if (trouble.where === "foreign") await bed.another("foreign").up(program("v1"));
  await bed.publish({ a: "v2", b: "v2", c: "v2" });
  beds.clock.advance(5000);
  await arrange(bed, trouble.where);
  const before = (await bed.sent()).length;

  const { submit, poll, lookUp } = subject;
  const action = trouble.ofTask === true ? submit : { submit, poll, "look-up": lookUp ?? submit }[phase];
  // A look-up needs an answer that was lost.
  if (phase === "look-up") await cloud.faults.add({ kind: "resetAfter", action: submit, count: 1 });
  await cloud.faults.add({ action, ...trouble.fault });
  if (trouble.slow === true) beds.clock.stallMs = 120;
  const during = await engine.up(program("v2", stray), 120);
  beds.clock.stallMs = Infinity;
  const said = JSON.stringify(engine.state?.outputs["tasks"] ?? []).includes('"sentAgain":"');

  const idle = (await cloud.faults.list()).filter(({ fault, hits }) => hits === 0 && fault.kind === trouble.fault.kind);
  const owedThen = JSON.stringify(engine.state?.outputs["owed"]);

  // Calm: the vendor's stuck task is given up by the operator with a new hash, everything else by itself.
  await cloud.faults.clear();
  beds.clock.advance(5000);
  await bed.restart();
  const stuck = trouble.fault.kind === "taskStuck";
  const after = await engine.up(program(stuck ? "v3" : "v2"), 600);
  const calls = (await bed.sent()).slice(before);
  const bodies = await Promise.all(pages.map((page) => bed.visit(page)));
  const again = await engine.up(program(stuck ? "v3" : "v2"));
  const times = pages.map((page) => calls.flat().filter((each) => each === page).length);

  const problems = idle.map(({ fault }) => `the fault ${fault.kind} was never met`);
  if (after !== "done" && after !== "same") problems.push(`ended as ${after}: ${engine.reasons.join()}`);
  if (bodies.some((body) => body !== "v2")) problems.push(`the edge serves ${bodies.join()}`);
  const { status, owed } = engine.state?.outputs ?? {};
  if (status !== "complete" || JSON.stringify(owed) !== "[]")
    problems.push(`state ${String(status)}, owed ${JSON.stringify(owed)}`);
  if (again !== "same") problems.push(`not at rest: ${again}`);
  if (stray.some((each) => !owedThen.includes(each))) problems.push(`the culprit was not owed: ${owedThen}`);
  // Sent again is only what the cloud said it did not do, or what was given up.
  const allowed = (page: string): number => (stuck || (trouble.fault.kind === "failTarget" && page === "b") ? 2 : 1);
  const repeated = pages.filter((page, index) => (times[index] ?? 0) > allowed(page));
  // Where no list can tell, the receipt of the run says so.
  if (repeated.length > 0 && !said) problems.push(`${repeated.join()} carried out ${times.join()} times, unsaid`);
  const seen = during === "done" ? "at once" : stuck ? "by a new hash" : "next up";
  const verdict = problems.length > 0 ? "**no**" : repeated.length > 0 ? `${seen}, sent again` : seen;
  return problems.length > 0 ? { verdict, problem: problems.join("; ") } : { verdict };
}

async function arrange({ cloud, subject }: TestBed, where: Circumstance | undefined): Promise<void> {
  if (where === undefined) return;
  const skew = skewMs[where];
  if (skew !== undefined) await cloud.clock.run(new Date(beds.clock.now() + skew));
  const action = subject.lookUp ?? subject.poll;
  if (where === "spelling") await cloud.settings.switches({ "tasks.spelling": "other" });
  if (where === "noList") await cloud.faults.add({ kind: "permissionDenied", action, count: 1000 });
}

function table(): string {
  const rows = troubles.flatMap(({ name }) =>
    phases.flatMap((phase) => {
      const seen = subjects.map((subject) => cells.get(`${name} ${phase} ${subject.name}`) ?? "–");
      return seen.every((cell) => cell === "–") ? [] : [`| ${name} | ${phase} | ${seen.join(" | ")} |`];
    }),
  );
  const names = subjects.map((subject) => subject.name).join(" | ");
  return [`| Fault | In | ${names} |`, `|---|---|${subjects.map(() => "---|").join("")}`, ...rows, ""].join("\n");
}
