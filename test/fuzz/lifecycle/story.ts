/**
 * Plays the life of one trigger, beside a model that knows what every page must come to. Where it is played (the small
 * engine or the real one) is a `Stage`.
 */
import type { ControlClient } from "edgecache-emulator";
import { url, type Subject } from "../../reliability/subjects.ts";
import { pages, type Disaster, type Life, type Page, type Program } from "./lives.ts";

export type Ended = "same" | "done" | "partial" | "refused" | "killed";

/** An engine with a cloud. */
export interface Stage {
  readonly cloud: ControlClient;
  /** How long a purge takes when nothing is wrong. */
  readonly taskMs: number;
  up(inputs: Readonly<Record<string, unknown>>, disaster: Disaster): Promise<Ended>;
  preview(inputs: Readonly<Record<string, unknown>>): Promise<void>;
  refresh(): Promise<void>;
  destroy(): Promise<void>;
  /** The trigger's outputs in the last checkpoint. */
  outputs(): Promise<Readonly<Record<string, unknown>> | undefined>;
  pass(ms: number): void | Promise<void>;
}

const calm: Disaster = { faults: [], late: false };

/** Plays a life and then one calm `up`; throws when something is not as it must be. Returns how many pages it checked. */
export async function play({ subject, listingDelayMs, onCreate, besides, steps }: Life, stage: Stage): Promise<number> {
  const history: Program[] = [];
  let program: Program = {
    mode: "contents",
    listed: pages,
    versions: { p0: 0, p1: 0, p2: 0, p3: 0 },
    purgeAdded: false,
    wait: true,
    failurePolicy: "fail",
    onCreate,
  };
  let newest = 0;
  let takes = 0;
  const duty = new Duty();
  const unchanging = longNames(subject, besides);
  const inputs = (): Record<string, unknown> => inputsOf(subject, program, unchanging);
  const { cloud } = stage;
  await cloud.settings.limits({ [subject.listingDelayMs]: listingDelayMs });

  let published: Program | undefined;
  const publish = async (): Promise<void> => {
    if (published?.versions === program.versions) return;
    published = program;
    await cloud.origin.publish(
      ...pages.map((page) => ({
        host: subject.host,
        path: `/${page}`,
        body: bodyOf(page, program),
        headers: { "cache-control": "max-age=86400000" },
      })),
    );
  };
  let seen = 0;
  /** What the cloud was asked since the last time we looked. */
  const news = async () => {
    const requests = await cloud.requests.find({ since: seen });
    seen = requests.at(-1)?.seq ?? seen;
    return requests;
  };
  const visit = async (page: Page): Promise<string> => (await cloud.visit(url(subject, page))).body;

  const up = async (disaster: Disaster): Promise<Ended> => {
    await publish();
    await stage.pass(1100);
    const taskMs = disaster.late ? 600_000 : stage.taskMs;
    if (taskMs !== takes) await cloud.settings.limits({ [subject.taskMs]: (takes = taskMs) });
    for (const fault of disaster.faults) await cloud.faults.add(fault);
    history.push(program);
    const before = await stage.outputs();
    await news();
    const due = duty.due(program, before !== undefined);
    const owed = owedPages(before);
    const ended = await stage.up(inputs(), disaster);
    if (disaster.faults.length > 0) await cloud.faults.clear();
    const requests = (await news()).filter(({ action, executed }) => action === subject.submit && executed);
    // What the cloud refused inside a success it has not done.
    const sent = requests.flatMap(({ params, response }) => {
      const refused = JSON.stringify(response?.["FailedList"] ?? []);
      return subject
        .sent(params)
        .filter((target) => !refused.includes(JSON.stringify(target)))
        .map(pageOf);
    });
    // What was never true and is gone may have been corrected by what is new.
    const corrects = program.mode === "contents" && [...owed].some((page) => !program.listed.includes(page));
    for (const page of new Set(sent)) {
      // Its removal was sent, and the end of that not seen: listed again it is sent again.
      const returns = awaitingOf(before) > 0 && !duty.records(page);
      const isNew = !duty.records(page);
      if (!due.has(page) && !owed.has(page) && !returns && !(corrects && isNew))
        throw new Error(`${page} was sent, though neither changed nor owed`);
      const times = sent.filter((each) => each === page).length;
      if (times > 1 && !mayRepeat(subject, disaster))
        throw new Error(`${page} was carried out ${times} times in one up`);
    }
    duty.tried(program, ended, before !== undefined);
    return ended;
  };

  for (const step of steps) {
    switch (step.do) {
      case "edit": {
        const versions = { ...program.versions };
        for (const page of step.bump) versions[page] = newest += 1;
        program = { ...program, ...step.change, versions };
        break;
      }
      case "rollback":
        program = history[step.to % Math.max(1, history.length)] ?? program;
        break;
      case "visit":
        // What nobody purges must not be cached, or it is rightly stale for ever.
        if ((await stage.outputs()) !== undefined) {
          for (const page of step.pages) if (program.listed.includes(page) && duty.records(page)) await visit(page);
        }
        break;
      case "up":
        await up(step.disaster);
        break;
      case "preview": {
        await news();
        await stage.preview(inputs());
        const asked = (await news()).map(({ action }) => action);
        const writes = asked.filter((action) => !/^(Get|Describe|List)/.test(action));
        if (writes.length > 0) throw new Error(`a preview sent ${writes.join()}`);
        break;
      }
      case "refresh":
      case "destroy": {
        await news();
        await stage[step.do]();
        const asked = await news();
        if (asked.length > 0) throw new Error(`a ${step.do} asked for ${asked.map(({ action }) => action).join()}`);
        if (step.do === "destroy") duty.forgotten();
        break;
      }
      case "wait":
        await stage.pass(step.ms);
    }
  }

  await stage.pass(700_000);
  program = { ...program, wait: true, failurePolicy: "fail" };
  // Tasks that nobody had watched may turn out to have failed; that is told first, and then done.
  const before = await stage.outputs();
  const awaiting = awaitingOf(before);
  const unanswered = ((before?.["owed"] ?? []) as { sentAt?: string }[]).some(({ sentAt }) => sentAt !== undefined);
  let last = await up(calm);
  if (last === "partial" && (awaiting > 0 || unanswered)) last = await up(calm);
  if (last !== "done" && last !== "same")
    throw new Error(`a calm up ended as ${last}; the state is ${JSON.stringify(await stage.outputs())}`);
  await stage.pass(5000);
  for (const page of program.listed) {
    const body = await visit(page);
    if (body !== bodyOf(page, program) && !duty.mayBeStale.has(page)) {
      throw new Error(`the edge serves ${body} instead of ${bodyOf(page, program)}`);
    }
  }
  const outputs = await stage.outputs();
  const { status, owed } = outputs ?? {};
  if ((status !== "complete" && status !== "skipped") || JSON.stringify(owed) !== "[]") {
    throw new Error(`the state says ${String(status)} and owes ${JSON.stringify(owed)}`);
  }
  // Whatever left a list of `targets` is not waited for any more, so the end of its task is not seen.
  const letGo = history.some(({ mode, listed }) => mode === "hash" && listed.length < pages.length);
  await checkTasks(cloud, outputs, ["complete", "unverified", ...(letGo ? ["submitted"] : [])]);
  const again = await up(calm);
  if (again !== "same") throw new Error(`an up without a change was ${again}`);
  return program.listed.filter((page) => !duty.mayBeStale.has(page)).length;
}

/** What the state says of the cloud is so: its tasks are there, under these ids. */
async function checkTasks(
  cloud: ControlClient,
  outputs: Readonly<Record<string, unknown>> | undefined,
  over: readonly string[],
): Promise<void> {
  const tasks = (outputs?.["tasks"] ?? []) as { taskIds: string[]; status: string }[];
  const answers = JSON.stringify((await cloud.requests.find()).map(({ response }) => response ?? {}));
  for (const { taskIds, status } of tasks) {
    if (!over.includes(status)) throw new Error(`the state has a task that is ${status}`);
    if (!taskIds.every((id) => answers.includes(id)))
      throw new Error(`the state has a task ${taskIds.join()} that never was`);
  }
}

/** What the design says must be sent, and which pages it leaves as the edge has them. */
class Duty {
  /** Pages whose copy at the edge nobody has promised to purge. */
  readonly mayBeStale = new Set<Page>();
  /** What the state was compared with last. */
  #recorded: Program | undefined;
  /** Seen by the cloud, perhaps, but never written down: a kill in between. */
  readonly #unwritten = new Set<Page>();

  records(page: Page): boolean {
    return this.#recorded?.listed.includes(page) === true;
  }

  due(program: Program, exists: boolean): ReadonlySet<Page> {
    const before = exists ? this.#recorded : undefined;
    const { listed, mode } = program;
    if (before === undefined) return new Set(exists || program.onCreate === "purge" ? listed : []);
    if (mode !== before.mode) return new Set(listed);
    if (mode === "hash") {
      const same = hashOf(program) === hashOf(before);
      return new Set(same ? listed.filter((page) => !before.listed.includes(page)) : listed);
    }
    const changed = listed.filter((page) =>
      before.listed.includes(page) ? program.versions[page] !== before.versions[page] : program.purgeAdded,
    );
    return new Set([...changed, ...before.listed.filter((page) => !listed.includes(page))]);
  }

  tried(program: Program, ended: Ended, existed: boolean): void {
    const due = this.due(program, existed);
    const before = existed ? this.#recorded : undefined;
    for (const page of program.listed) {
      if (due.has(page)) this.mayBeStale.delete(page);
      else if (before === undefined || !before.listed.includes(page) || this.#unwritten.has(page))
        this.mayBeStale.add(page);
    }
    const written = ended !== "killed" && ended !== "refused";
    for (const page of pages) {
      if (written) this.#unwritten.delete(page);
      else if (due.has(page)) this.#unwritten.add(page);
    }
    if (written) this.#recorded = program;
  }

  forgotten(): void {
    this.#recorded = undefined;
  }
}

function inputsOf(
  subject: Subject,
  program: Program,
  unchanging: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const { mode, listed, versions, purgeAdded, wait, failurePolicy, onCreate } = program;
  const common = { ...subject.base, purgeAdded, wait, failurePolicy, onCreate };
  return mode === "contents"
    ? { ...common, contents: { ...unchanging, ...mapOf(subject, listed, versions) } }
    : { ...common, targets: listed.map((page) => url(subject, page)), contentHash: hashOf(program) };
}

function mapOf(subject: Subject, listed: readonly Page[], versions: Program["versions"]): Record<string, string> {
  return Object.fromEntries(listed.map((page) => [url(subject, page), `v${versions[page]}`]));
}

function longNames(subject: Subject, count: number): Record<string, string> {
  const long = "x".repeat(960);
  return Object.fromEntries(Array.from({ length: count }, (_, page) => [url(subject, `${long}/${page}`), "1"]));
}

/** Of all there is, as of a build: what is listed may change without it. */
function hashOf({ versions }: Program): string {
  return pages.map((page) => `${page}=${versions[page]}`).join();
}

function bodyOf(page: Page, { versions }: Program): string {
  return `${page} v${versions[page]}`;
}

function pageOf(target: string): Page {
  const found = pages.find((page) => target.endsWith(`/${page}`));
  if (found === undefined) throw new Error(`no page of ours: ${target}`);
  return found;
}

/** Where no list can tell whether a call without answer arrived, it is sent again. */
function mayRepeat({ lookUp }: Subject, { faults }: Disaster): boolean {
  return lookUp === undefined || faults.some((fault) => fault.kind === "permissionDenied" && fault.action === lookUp);
}

function awaitingOf(outputs: Readonly<Record<string, unknown>> | undefined): number {
  return ((outputs?.["ledger"] ?? { awaiting: 0 }) as { awaiting: number }).awaiting;
}

function owedPages(outputs: Readonly<Record<string, unknown>> | undefined): ReadonlySet<Page> {
  const owed = (outputs?.["owed"] ?? []) as { target: string }[];
  return new Set(owed.map(({ target }) => pageOf(target)));
}
