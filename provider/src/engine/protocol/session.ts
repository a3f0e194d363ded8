/**
 * A provider as its author declares it, and the session that one engine has
 * with it: configuration, loaded modules, work in flight.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Agent } from "node:http";
import type { Config } from "../define/config.ts";
import type { Of, Shape } from "../define/contract.ts";
import type { Module, ProviderFunction, Resource } from "../define/resource.ts";
import { Redaction } from "../wire/redaction.ts";
import { StatusError } from "../wire/status.ts";
import type { Explanation } from "./errors.ts";
import type { Engine, Host, LogSink } from "./host.ts";
import { lineOf } from "./log.ts";
import { observed, type Observer } from "./observe.ts";

export interface ProviderDefinition<C, S extends Shape> {
  readonly name: string;
  readonly version: string;
  /** No text of inputs, arguments and configuration holds control or other unseen characters; see `PropertyMeta.anyText`. */
  readonly plainTexts?: boolean;
  /** The package schema as JSON text. */
  readonly schema: () => Promise<string>;
  /** Loaded when the engine first speaks of configuration. */
  readonly config: () => Promise<Config<S>>;
  /** What every verb gets as `context`. */
  readonly configure: (config: Of<S>) => Promise<C>;
  /** Schema module → its resources and functions; loaded when the program first uses one. */
  readonly modules: Readonly<Record<string, () => Promise<Module<C>>>>;
  /** By which agent requests of this process to a URL leave: proxies, authorities. */
  readonly agent?: (url: URL) => Promise<Agent>;
  /** Status and text for the provider's own errors. */
  readonly explain: (error: unknown) => Promise<Explanation | undefined>;
}

/** For the engine to say which version it is. */
const answerMs = 2_000;

export class Session<C, S extends Shape> {
  readonly definition: ProviderDefinition<C, S>;
  readonly host: Host;
  readonly observers: readonly Observer[];
  /** The operation around an uncaught exception. */
  readonly running = new AsyncLocalStorage<{ stray(error: unknown): boolean }>();
  /** Singletons that this run wrote; see `ResourceDefinition.singleton`. */
  readonly written = new Set<string>();
  /** URNs that were read since their last Check: the next Diff is the refresh's. */
  readonly refreshed = new Set<string>();
  /** The stack's state had this provider when the run began. */
  usedBefore = false;
  /** Places of singletons → the resources of this run that declare them; see `ResourceDefinition.singleton`. */
  readonly #places = new Map<string, Set<string>>();
  #run = "";
  sink: LogSink;
  #engine: Engine | undefined;
  /** Configured and environment secrets: they are cut out of every message. */
  secrets = new Redaction();
  readonly #modules = new Map<string, Promise<Module<C>> | undefined>();
  /** Set by Cancel: nothing begins any more. */
  cancelled: StatusError | undefined;
  readonly #inFlight = new Set<AbortController>();
  #context: { readonly value: C } | undefined;

  constructor(
    definition: ProviderDefinition<C, S>,
    host: Host,
    observers: readonly Observer[],
    engineAddress: string | undefined,
  ) {
    this.definition = definition;
    this.host = host;
    this.observers = observers;
    this.sink = observed({ write: async (entry) => host.stderr(`${lineOf(entry)}\n`) }, observers);
    if (engineAddress !== undefined) this.begin(engineAddress);
  }

  /** An engine says hello. Under a debugger one process sees many runs, each of which ends with Cancel. */
  begin(engineAddress: string): void {
    if (engineAddress !== "") {
      this.#engine = this.host.connectEngine(engineAddress);
      this.sink = observed(this.#engine, this.observers);
    }
    this.cancelled = undefined;
    this.written.clear();
    this.refreshed.clear();
    this.usedBefore = false;
    this.#places.clear();
    this.#run = engineAddress;
  }

  /** Is the engine's version in this range? One that does not say so soon counts as older. */
  async engineIs(range: string): Promise<boolean> {
    if (this.#engine === undefined) return false;
    const asked = this.#engine.requireVersion(range);
    let cancel = (): void => undefined;
    const late = new Promise<false>((resolve) => (cancel = this.host.after(answerMs, () => resolve(false))));
    const answer = await Promise.race([
      late,
      asked.then(
        () => true,
        () => false,
      ),
    ]);
    cancel();
    return answer;
  }

  /** A resource of this run declares this place. */
  declare(place: string, urn: string): void {
    this.#places.set(place, (this.#places.get(place) ?? new Set()).add(urn));
    if (this.#run !== "") this.host.runNotes.add(this.#run, place, urn);
  }

  /** The other resources of this run that declare it, in whatever plugin process. */
  othersDeclaring(place: string, urn: string): readonly string[] {
    const noted = this.#run === "" ? [] : this.host.runNotes.list(this.#run, place);
    return [...new Set([...(this.#places.get(place) ?? []), ...noted])].filter((other) => other !== urn);
  }

  async flush(): Promise<void> {
    await Promise.all(this.observers.map(async (observer) => observer.flush?.()));
  }

  /** Everything in flight ends with what it has. */
  cancel(): void {
    this.cancelled = new StatusError("CANCELLED", "cancelled by the engine");
    for (const operation of this.#inFlight) operation.abort(this.cancelled);
  }

  enter(operation: AbortController): void {
    this.#inFlight.add(operation);
    if (this.cancelled !== undefined) operation.abort(this.cancelled);
  }

  leave(operation: AbortController): void {
    this.#inFlight.delete(operation);
  }

  async configure(config: Of<S>, secrets: readonly string[]): Promise<void> {
    this.secrets = new Redaction(secrets);
    this.#context = { value: await this.definition.configure(config) };
  }

  get context(): C {
    if (this.#context === undefined) {
      throw new StatusError("FAILED_PRECONDITION", "the provider was used before it was configured");
    }
    return this.#context.value;
  }

  async resource(token: string): Promise<Resource<C>> {
    const found = (await this.#module(token))?.resources.find((each) => each.token === token);
    return found ?? this.#unknown("resource type", token);
  }

  async function(token: string): Promise<ProviderFunction<C>> {
    const found = (await this.#module(token))?.functions.find((each) => each.token === token);
    return found ?? this.#unknown("function", token);
  }

  async #module(token: string): Promise<Module<C> | undefined> {
    const name = token.split(":")[1]?.split("/")[0] ?? "";
    if (!Object.hasOwn(this.definition.modules, name)) return undefined;
    // Kept: resolving a module anew costs more than all the rest of a Check.
    let module = this.#modules.get(name);
    if (module === undefined) this.#modules.set(name, (module = this.definition.modules[name]?.()));
    return module;
  }

  #unknown(kind: string, token: string): never {
    const { name, version, modules } = this.definition;
    throw new StatusError(
      "UNIMPLEMENTED",
      `${name} ${version} has no ${kind} ${token}; its modules are ${Object.keys(modules).join(", ")}. ` +
        `A newer version of the plugin may have it: check the version of the SDK and of the plugin.`,
    );
  }
}

/** `urn:pulumi:stack::project::parent$type::name` → `type`. */
export function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}
