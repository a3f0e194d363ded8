/**
 * A tiny engine for tests of resources: Check, then preview or apply, and state
 * kept the way Pulumi keeps it (an update that ends with problems saves the
 * new properties under the old inputs).
 */
import * as z from "zod";
import { createContext, type ServiceContext } from "../../provider/src/core/context.ts";
import { systemClock, type Clock } from "../../provider/src/core/clock.ts";
import { Interrupted } from "../../provider/src/core/errors.ts";
import type { Operation } from "../../provider/src/engine/define/index.ts";
import type { Module, Resource, StoredBags } from "../../provider/src/engine/define/resource.ts";
import type { Value, ValueMap } from "../../provider/src/engine/wire/values.ts";
import { alibabaConfig } from "../../provider/src/clouds/alibaba/config.ts";
import { templateConfig } from "../../provider/src/clouds/template/config.ts";
import { tencentConfig } from "../../provider/src/clouds/tencent/config.ts";

const configShape = z.object({ ...alibabaConfig, ...tencentConfig, ...templateConfig });
export type TestContext = ServiceContext<z.output<typeof configShape>>;

type WorldEnvironment = TestContext["env"];

/** What one plugin process would have: `config` as the user writes it. */
export function contextOf(config: object, clock: Clock = systemClock, env: WorldEnvironment = {}): TestContext {
  // Empty is unset, as for the engine.
  const set = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== ""));
  return createContext({ config: configShape.parse(set), clock, random: () => 0.5, env });
}

export interface RunOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** The stack had the provider before. */
  readonly usedBefore?: boolean;
  /** Inputs that the program says are secret. */
  readonly secret?: readonly string[];
}

export interface Ran {
  readonly outputs: ValueMap;
  readonly problems: readonly string[];
  readonly logs: readonly string[];
  /** What the operation said that no message may show. */
  readonly hidden: ReadonlySet<string>;
}

/** One declared resource through the runs of a program. */
export class Stack<C> {
  readonly #resource: Resource<C>;
  readonly #context: C;
  readonly #clock: Clock;
  readonly #during: <T>(work: () => Promise<T>) => Promise<T>;
  state: StoredBags | undefined;
  pending = false;
  /** The outputs that the last preview was certain of. */
  foreseen: ValueMap | undefined;

  /** `during`: for clocks that move only while somebody works. */
  constructor(
    resource: Resource<C>,
    context: C,
    clock: Clock = systemClock,
    during: <T>(work: () => Promise<T>) => Promise<T> = (work) => work(),
  ) {
    this.#resource = resource;
    this.#context = context;
    this.#clock = clock;
    this.#during = during;
  }

  check(program: Record<string, Value>): string[] {
    return this.#resource.check(program).failures.map(({ path, reason, suggestion }) => {
      return `${path.join(".")} ${reason}${suggestion === undefined ? "" : `; did you mean ${suggestion}?`}`;
    });
  }

  async preview(program: Record<string, Value>, options: RunOptions = {}): Promise<string[]> {
    const logs: string[] = [];
    const desired = this.#checked(program);
    this.foreseen = await this.#run(logs, true, options, (operation) =>
      this.#resource.preview({ desired, previous: this.state, operation, context: this.#context }),
    );
    return logs;
  }

  async up(program: Record<string, Value>, options: RunOptions = {}): Promise<Ran> {
    const logs: string[] = [];
    const hidden = new Set<string>();
    const desired = this.#checked(program);
    const hide = (texts: Iterable<string>): void => {
      for (const text of texts) hidden.add(text);
    };
    const applied = await this.#run(logs, false, { ...options, hide }, (operation) =>
      this.#resource.apply({ desired, previous: this.state, operation, context: this.#context }),
    );
    const problems = applied.problems ?? [];
    const inputs = problems.length > 0 && this.state !== undefined ? this.state.inputs : desired;
    // Through text, as every state goes.
    const outputs: ValueMap = JSON.parse(JSON.stringify(applied.outputs));
    this.state = { id: applied.id, inputs, outputs };
    this.pending = problems.length > 0;
    return { outputs, problems, logs, hidden };
  }

  async refresh(): Promise<StoredBags | undefined> {
    return this.#read(this.state?.id ?? "", this.state);
  }

  async import(id: string): Promise<StoredBags | undefined> {
    return this.#read(id, undefined);
  }

  async destroy(): Promise<string[]> {
    const logs: string[] = [];
    const { state } = this;
    if (state !== undefined) {
      await this.#run(logs, false, {}, (operation) =>
        this.#resource.delete({ ...state, operation, context: this.#context }),
      );
    }
    this.state = undefined;
    return logs;
  }

  #checked(program: Record<string, Value>): ValueMap {
    const { inputs, failures } = this.#resource.check(program);
    if (failures.length > 0)
      throw new Error(`refused: ${failures.map(({ path, reason }) => `${path.join(".")} ${reason}`).join("; ")}`);
    return inputs;
  }

  async #read(id: string, previous: StoredBags | undefined): Promise<StoredBags | undefined> {
    this.state = await this.#run([], false, {}, (operation) =>
      this.#resource.read({ id, previous, operation, context: this.#context }),
    );
    return this.state;
  }

  /** One operation, until it is done or its time is up. */
  #run<T>(
    logs: string[],
    preview: boolean,
    options: RunOptions & { readonly hide?: Operation["hide"] },
    work: (operation: Operation) => Promise<T>,
  ): Promise<T> {
    return this.#during(async () => {
      const log = (level: string) => (message: string) => void logs.push(`${level}: ${message}`);
      const timeout = options.timeoutMs ?? 60_000;
      const late = new AbortController();
      const done = new AbortController();
      void this.#clock.sleep(timeout, done.signal).then(
        () => late.abort(new Interrupted("deadline")),
        () => undefined,
      );
      try {
        return await work({
          urn: "urn:pulumi:test::test::edgecache:test:Test::test",
          preview,
          signal: options.signal === undefined ? late.signal : AbortSignal.any([options.signal, late.signal]),
          deadline: this.#clock.monotonic() + timeout,
          log: {
            debug: log("debug"),
            info: log("info"),
            warn: log("warn"),
            error: log("error"),
            status: () => undefined,
          },
          usedBefore: options.usedBefore ?? false,
          isSecret: (property) => options.secret?.includes(property) ?? false,
          hide: options.hide ?? (() => undefined),
        });
      } finally {
        done.abort();
      }
    });
  }
}

export function resourceOf<C>(module: Module<C>, token: string): Resource<C> {
  const found = module.resources.find((resource) => resource.token === token);
  if (found === undefined) throw new Error(`no resource ${token}`);
  return found;
}

const nothingSecret = { usedBefore: false, isSecret: () => false, hide: () => undefined };

/** Calls a function as the engine does: arguments through Check, then invoke. */
export async function ask<C>(
  module: Module<C>,
  token: string,
  context: C,
  args: Record<string, Value>,
): Promise<ValueMap> {
  const found = module.functions.find((each) => each.token === token);
  if (found === undefined) throw new Error(`no function ${token}`);
  const { inputs, failures } = found.check(args);
  if (failures.length > 0)
    throw new Error(`refused: ${failures.map(({ path, reason }) => `${path.join(".")} ${reason}`).join("; ")}`);
  const log = { debug() {}, info() {}, warn() {}, error() {}, status() {} };
  const operation = {
    urn: "",
    preview: true,
    signal: new AbortController().signal,
    deadline: systemClock.monotonic() + 60_000,
    log,
    ...nothingSecret,
  };
  return found.invoke({ inputs, operation, context });
}
