/** The mechanism of the triggers without engine and network: on a paper cloud, by a virtual clock. */
import { createContext } from "../../provider/src/core/context.ts";
import { Interrupted } from "../../provider/src/core/errors.ts";
import { carryOut } from "../../provider/src/triggers/carry-out.ts";
import type { Outcome } from "../../provider/src/triggers/conclude.ts";
import { Manifest } from "../../provider/src/triggers/manifest/manifest.ts";
import type { Proving } from "../../provider/src/triggers/job.ts";
import { planPurge, type Desired } from "../../provider/src/triggers/plan.ts";
import type { Receipts } from "../../provider/src/triggers/receipts.ts";
import { openRuntime, type TriggerRuntime } from "../../provider/src/triggers/runtime.ts";
import type { Lane } from "../../provider/src/triggers/service.ts";
import { PaperCloud, type PaperOptions } from "./paper-cloud.ts";
import { VirtualClock } from "./virtual-clock.ts";

export const lane: Lane = { kind: "file", key: "file", options: {}, via: "call" };

/** One plugin process on a cloud of its own; every time in it is the virtual clock's. */
export class Setting {
  readonly clock = new VirtualClock();
  readonly cloud: PaperCloud;
  readonly runtime: TriggerRuntime<object>;
  readonly statuses: string[] = [];
  readonly world;

  constructor(options: PaperOptions = {}) {
    this.cloud = new PaperCloud(this.clock, options);
    this.world = newWorld(this.clock);
    this.runtime = openRuntime(this.cloud, this.world);
  }

  /** Another plugin process: nothing shared but the cloud. */
  restarted(): Setting {
    const world = newWorld(this.clock);
    return Object.assign(Object.create(this), { world, runtime: openRuntime(this.cloud, world) });
  }

  async run(
    previous: Receipts | undefined,
    desired: Desired,
    options: { timeoutMs?: number; cancelAfterMs?: number; proving?: Proving } = {},
  ): Promise<Outcome> {
    const cancel = new AbortController();
    if (options.cancelAfterMs !== undefined) {
      void this.clock.sleep(options.cancelAfterMs).then(() => cancel.abort(new Interrupted("cancelled")));
    }
    const outcome = await carryOut({
      plan: planPurge(previous, desired),
      lane,
      coarserRoute: () => undefined,
      previous,
      wait: desired.wait,
      proving: options.proving,
      runtime: this.runtime,
      world: this.world,
      call: {
        signal: cancel.signal,
        deadline: this.clock.monotonic() + (options.timeoutMs ?? 1_800_000),
        log: { debug() {}, info() {}, warn() {}, status: (message) => void this.statuses.push(message) },
      },
    });
    return { ...outcome, receipts: JSON.parse(JSON.stringify(outcome.receipts)) };
  }
}

export function byHash(hash: string, targets: readonly string[], wait = true): Desired {
  const manifest = Manifest.ofTargets(targets, hash);
  return { ...always, statement: { type: "file", source: "targets", hash, manifest }, wait };
}

export function byContents(map: Readonly<Record<string, string>>, wait = true): Desired {
  const manifest = Manifest.of(Object.entries(map));
  return { ...always, statement: { type: "file", source: "contents", manifest }, wait };
}

function newWorld(clock: VirtualClock) {
  return createContext({ config: {}, clock, random: () => 0.5, env: {} });
}

const always = { sendAdded: false, sendRemoved: true, onCreate: "send", listedSince: 0 } as const;

export function urls(count: number, host = "www.example.com"): string[] {
  return Array.from({ length: count }, (_, index) => `https://${host}/${index}`);
}
