/** The toy plugin, started and configured, with its cloud: what most tests here begin with. */
import path from "node:path";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { Client } from "./client.ts";
import { Cloud } from "./cloud.ts";
import { toy as definition } from "./fixture/provider.ts";
import { EngineLog, Plugin, PluginInside, type Callee, type PluginOptions } from "./plugin.ts";
import { toyFolder } from "./setup.ts";

export const toyPath = path.join(toyFolder, "pulumi-resource-toy");

export class Toy<P extends Callee = Callee> implements AsyncDisposable {
  readonly plugin: P;
  readonly cloud: Cloud;
  readonly log: EngineLog;
  readonly #own: AsyncDisposableStack;

  private constructor(plugin: P, cloud: Cloud, log: EngineLog, own: AsyncDisposableStack) {
    this.plugin = plugin;
    this.cloud = cloud;
    this.log = log;
    this.#own = own;
  }

  /** As the process that it would be. */
  static start(options: PluginOptions = {}, config: Record<string, unknown> = {}): Promise<Toy<Plugin>> {
    const { args = [] } = options;
    return Toy.#begin((log) => Plugin.start({ path: toyPath, ...options, args: [...args, log.address] }), config);
  }

  static inside(): Promise<Toy> {
    return Toy.#begin((log) => PluginInside.start(definition, [log.address]), {});
  }

  static async #begin<P extends Callee>(
    start: (log: EngineLog) => Promise<P>,
    config: Record<string, unknown>,
  ): Promise<Toy<P>> {
    const own = new AsyncDisposableStack();
    const cloud = own.use(await Cloud.start());
    const log = own.use(await EngineLog.start());
    const plugin = own.use(await start(log));
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

/** One toy for a test file, inside of its process; its cloud is emptied before each test. */
export function useToy(): () => Toy {
  return used(() => Toy.inside());
}

/** The same as a process of its own, for what only a process shows. */
export function useToyProcess(): () => Toy<Plugin> {
  return used(() => Toy.start());
}

function used<P extends Callee>(start: () => Promise<Toy<P>>): () => Toy<P> {
  let toy: Toy<P> | undefined;
  const get = (): Toy<P> => {
    if (toy === undefined) throw new Error("the toy is not up");
    return toy;
  };
  beforeAll(async () => void (toy = await start()));
  beforeEach(() => {
    get().cloud.forget();
    get().log.entries.length = 0;
  });
  afterAll(() => toy?.[Symbol.asyncDispose]());
  return get;
}
