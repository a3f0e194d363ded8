/** The mechanism of the triggers without engine and network: on a paper cloud, by a virtual clock. */
import { createContext } from "../../provider/src/core/context.ts";
import { Interrupted } from "../../provider/src/core/errors.ts";
import { carryOut, type Outcome } from "../../provider/src/triggers/carry-out.ts";
import { Desk } from "../../provider/src/triggers/submit/queue.ts";
import { planPurge, type Desired } from "../../provider/src/triggers/plan.ts";
import type { Receipts } from "../../provider/src/triggers/receipts.ts";
import type { Lane } from "../../provider/src/triggers/service.ts";
import { TaskReader } from "../../provider/src/triggers/watch/watch.ts";
import { PaperCloud, type PaperOptions } from "./paper-cloud.ts";
import { VirtualClock } from "./virtual-clock.ts";

export const lane: Lane = { kind: "file", key: "file" };

/** One plugin process on a cloud of its own; every time in it is the virtual clock's. */
export class Setting {
  readonly clock = new VirtualClock();
  readonly cloud: PaperCloud;
  readonly desk: Desk<Lane>;
  readonly reader: TaskReader<Lane>;
  readonly statuses: string[] = [];
  readonly world;

  constructor(options: PaperOptions = {}) {
    this.cloud = new PaperCloud(this.clock, options);
    this.world = createContext({ config: {}, clock: this.clock, random: () => 0.5, env: {} });
    this.desk = new Desk(this.cloud, this.world);
    this.reader = new TaskReader(this.cloud, this.clock);
  }

  /** Another plugin process: nothing shared but the cloud. */
  restarted(): Setting {
    const next = Object.create(this);
    return Object.assign(next, {
      desk: new Desk(this.cloud, this.world),
      reader: new TaskReader(this.cloud, this.clock),
    });
  }

  async run(
    previous: Receipts | undefined,
    desired: Desired,
    options: { timeoutMs?: number; cancelAfterMs?: number } = {},
  ): Promise<Outcome> {
    const cancel = new AbortController();
    if (options.cancelAfterMs !== undefined) {
      void this.clock.sleep(options.cancelAfterMs).then(() => cancel.abort(new Interrupted("cancelled")));
    }
    const outcome = await carryOut({
      plan: planPurge(previous, desired),
      lane,
      previous,
      wait: desired.wait,
      desk: this.desk,
      reader: this.reader,
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
  return {
    type: "file",
    source: { by: "hash", hash, targets },
    sendAdded: false,
    sendRemoved: true,
    onCreate: "send",
    wait,
  };
}

export function urls(count: number, host = "www.example.com"): string[] {
  return Array.from({ length: count }, (_, index) => `https://${host}/${index}`);
}
