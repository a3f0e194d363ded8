/** The toy plugin, started and configured, with its cloud: what most tests here begin with. */
import path from "node:path";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { Client } from "./client.ts";
import { Cloud } from "./cloud.ts";
import { EngineLog, Plugin, type PluginOptions } from "./plugin.ts";
import { toyFolder } from "./setup.ts";

export const toyPath = path.join(toyFolder, "pulumi-resource-toy");

export class Toy implements AsyncDisposable {
  readonly plugin: Plugin;
  readonly cloud: Cloud;
  readonly log: EngineLog;
  readonly #own: AsyncDisposableStack;

  private constructor(plugin: Plugin, cloud: Cloud, log: EngineLog, own: AsyncDisposableStack) {
    this.plugin = plugin;
    this.cloud = cloud;
    this.log = log;
    this.#own = own;
  }

  static async start(options: PluginOptions = {}, config: Record<string, unknown> = {}): Promise<Toy> {
    const own = new AsyncDisposableStack();
    const cloud = own.use(await Cloud.start());
    const log = own.use(await EngineLog.start());
    const args = [...(options.args ?? []), log.address];
    const plugin = own.use(await Plugin.start({ path: toyPath, ...options, args }));
    await plugin.configure({ endpoint: cloud.url, ...config });
    return new Toy(plugin, cloud, log, own);
  }

  resource(name: string, as = "it"): Client {
    return new Client(this.plugin, `toy:index:${name}`, as);
  }

  /** Everything that the plugin said anywhere. */
  said(): string {
    return [...this.log.entries.map((entry) => entry.message), ...this.plugin.stderr].join("\n");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#own.disposeAsync();
  }
}

/** One toy for a test file; its cloud is emptied before each test. */
export function useToy(): () => Toy {
  let toy: Toy | undefined;
  const get = (): Toy => {
    if (toy === undefined) throw new Error("the toy is not up");
    return toy;
  };
  beforeAll(async () => void (toy = await Toy.start()));
  beforeEach(() => {
    get().cloud.forget();
    get().log.entries.length = 0;
  });
  afterAll(() => toy?.[Symbol.asyncDispose]());
  return get;
}
