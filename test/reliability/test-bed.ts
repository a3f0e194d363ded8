/** A test bed: a cloud of one's own with an edge, and plugins one after the other on it, all by one clock that jumps. */
import type { ClientRequest } from "node:http";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import { startEmulator, type ControlClient, type Emulator } from "edgecache-emulator";
import schema from "../../provider/schema.json" with { type: "json" };
import { JumpClock, Traffic } from "./clock.ts";
import { Engine } from "./engine.ts";
import { InnerPlugin } from "./plugin.ts";
import { subjects, url, type Subject } from "./subjects.ts";

export class TestBeds implements AsyncDisposable {
  readonly traffic = new Traffic();
  readonly clock = new JumpClock(this.traffic);
  readonly #emulator: Promise<Emulator>;
  #count = 0;

  constructor() {
    // Clients sign with the machine's time, which the jumping clock leaves behind.
    const limits = { "auth.acs3WindowMs": 1e12, "auth.tc3WindowMs": 1e12 };
    this.#emulator = startEmulator({ machine: this.clock.now, limits, randomSeed: 1 });
  }

  async open(subject: Subject, limits: Readonly<Record<string, number>> = {}): Promise<TestBed> {
    const { control } = await this.#emulator;
    const cloud = await control.createTenant(`w${(this.#count += 1)}`, {
      seed: { limits: { ...unlimited, ...limits } },
    });
    const all = Object.entries(await cloud.configuration());
    const config = Object.fromEntries(all.filter(([key]) => key in schema.config.variables));
    return new TestBed(this, control, cloud, config, subject);
  }

  /** The vendors' SDKs are loaded when first used, and no clock should jump meanwhile. */
  async warmUp(): Promise<void> {
    this.clock.quietMs = Infinity;
    for (const subject of subjects) {
      await using bed = await this.open(subject);
      await bed.restart();
      await bed.engine.preview({ ...subject.base, targets: [url(subject, "a")], contentHash: "1" });
    }
    this.clock.quietMs = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#emulator).close();
    this.traffic[Symbol.dispose]();
  }
}

/** Hours pass here in a moment; quotas of a day are no matter of these tests. */
const unlimited = {
  "auth.acs3WindowMs": 1e12,
  "auth.tc3WindowMs": 1e12,
  "cdn.urlsPerMinute": 1e9,
  "dcdn.urlsPerMinute": 1e9,
  "cdn.daily.file": 1e9,
  "dcdn.daily.file": 1e9,
  "teo.purge_url.daily": 1e9,
};

export class TestBed implements AsyncDisposable {
  readonly beds: TestBeds;
  readonly cloud: ControlClient;
  readonly config: Readonly<Record<string, unknown>>;
  readonly subject: Subject;
  readonly engine: Engine;
  plugin: InnerPlugin;
  readonly #control: ControlClient;
  #dice = 1;

  constructor(
    beds: TestBeds,
    control: ControlClient,
    cloud: ControlClient,
    config: Readonly<Record<string, unknown>>,
    subject: Subject,
  ) {
    this.beds = beds;
    this.#control = control;
    this.cloud = cloud;
    this.config = config;
    this.subject = subject;
    this.plugin = this.#born();
    this.engine = new Engine(subject.type, this.plugin);
  }

  /** A new process, as each command of the CLI starts one. */
  async restart(): Promise<void> {
    this.plugin.kill();
    this.plugin = this.#born();
    await this.plugin.configure(this.config);
    this.engine.use(this.plugin);
  }

  async publish(pages: Readonly<Record<string, string>>): Promise<void> {
    const headers = { "cache-control": "max-age=8640000" };
    const { host } = this.subject;
    await this.cloud.origin.publish(
      ...Object.entries(pages).map(([page, body]) => ({ host, path: `/${page}`, body, headers })),
    );
  }

  async visit(page: string): Promise<string> {
    return (await this.cloud.visit(url(this.subject, page))).body;
  }

  /** One more resource of the same program. */
  another(name: string): Engine {
    return new Engine(this.subject.type, this.plugin, name);
  }

  /** Ends the process as SIGKILL does, when the request with this number, from 1, of an operation leaves it. */
  killAt(count: number, action: string | undefined, arrives: boolean): void {
    this.#at(count, action, (request) => {
      if (!arrives) request.destroy();
      this.plugin.kill();
    });
  }

  /** Ctrl-C at that moment. */
  cancelAt(count: number): void {
    this.#at(count, undefined, () => void this.plugin.call("Cancel", new emptyPb.Empty()));
  }

  /** Calls such a plan off. */
  calm(): void {
    this.beds.traffic.onRequest = () => undefined;
  }

  #at(count: number, action: string | undefined, act: (request: ClientRequest) => void): void {
    let left = count;
    this.beds.traffic.onRequest = (request) => {
      const header = request.getHeader("x-acs-action") ?? request.getHeader("x-tc-action");
      const name = header === undefined ? undefined : String(header);
      if (name === undefined || (action !== undefined && name !== action)) return;
      left -= 1;
      if (left === 0) act(request);
    };
  }

  /** The pages that each call carried which the cloud carried out. */
  async sent(): Promise<string[][]> {
    const requests = await this.cloud.requests.find({ action: this.subject.submit });
    const calls = requests.filter(({ executed }) => executed).map(({ params }) => this.subject.sent(params));
    return calls.map((targets) => targets.map((target) => target.slice(target.lastIndexOf("/") + 1)));
  }

  #born(): InnerPlugin {
    // Chance that is the same each time.
    return new InnerPlugin(this.beds.clock, () => (this.#dice = (this.#dice * 48271) % 2147483647) / 2147483647);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.plugin.kill();
    await this.#control.removeTenant(this.cloud.tenantName);
  }
}
