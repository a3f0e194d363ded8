/** A small model of the Pulumi engine for one resource: its state, its checkpoints, what it does after a failure. */
import { Client, refused, type Bag, type State } from "../protocol/client.ts";
import { Killed, type InnerPlugin } from "./plugin.ts";

export interface Kept extends State {
  readonly initErrors: readonly string[];
}

export type Ended = "same" | "done" | "partial" | "refused" | "killed";

export class Engine {
  readonly type: string;
  /** What the last checkpoint holds. */
  state: Kept | undefined;
  /** What the last operation failed with. */
  reasons: readonly string[] = [];
  #client: Client;

  constructor(type: string, plugin: InnerPlugin, name = "it") {
    this.type = type;
    this.#client = new Client(plugin, type, name);
  }

  /** The engine starts a new plugin for each command. */
  use(plugin: InnerPlugin): void {
    this.#client = new Client(plugin, this.type);
  }

  async up(program: Bag, timeoutSeconds = 0): Promise<Ended> {
    return await this.#survive(async () => {
      const inputs = await this.#check(program);
      const before = this.state;
      if (before === undefined)
        return await this.#apply(inputs, inputs, () => this.#client.create(inputs, { timeout: timeoutSeconds }));
      const { changes, replaces } = await this.#client.diff(before, inputs);
      if (replaces.length > 0) throw new Error("replacing is not part of this model");
      // Errors of an earlier run make an update of their own.
      if (changes === "DIFF_NONE" && before.initErrors.length === 0) return "same";
      return await this.#apply(inputs, before.inputs, () =>
        this.#client.update(before, inputs, { timeout: timeoutSeconds }),
      );
    });
  }

  async preview(program: Bag): Promise<void> {
    const inputs = await this.#check(program);
    if (this.state === undefined) await this.#client.create(inputs, { preview: true });
    else await this.#client.update(this.state, inputs, { preview: true });
  }

  /** `pulumi refresh` takes what Read says, and with it the errors of earlier runs are gone. */
  async refresh(): Promise<Ended> {
    return await this.#survive(async () => {
      if (this.state === undefined) return "same";
      const found = await this.#client.refresh(this.state);
      this.state = found && { ...found, initErrors: [] };
      return "done";
    });
  }

  async destroy(): Promise<Ended> {
    return await this.#survive(async () => {
      if (this.state === undefined) return "same";
      await this.#client.delete(this.state);
      this.state = undefined;
      return "done";
    });
  }

  async #check(program: Bag): Promise<Bag> {
    const { inputs, failures } = await this.#client.check(program, this.state?.inputs);
    if (failures.length > 0) throw new Error(`the program is refused: ${JSON.stringify(failures)}`);
    return inputs;
  }

  async #apply(inputs: Bag, inputsIfPartial: Bag, work: () => Promise<State>): Promise<Ended> {
    const applied = work();
    try {
      this.state = { ...checkpoint(await applied), inputs, initErrors: [] };
      this.reasons = [];
      return "done";
    } catch (error) {
      if (error instanceof Killed) throw error;
      const { message, partial } = await refused(applied);
      this.reasons = partial?.reasons ?? [message];
      if (partial === undefined) return "refused";
      // A failed update is saved with the new properties under the old inputs.
      const state = { id: partial.id, inputs: inputsIfPartial, outputs: partial.properties };
      this.state = { ...checkpoint(state), initErrors: partial.reasons };
      return "partial";
    }
  }

  async #survive(work: () => Promise<Ended>): Promise<Ended> {
    try {
      return await work();
    } catch (error) {
      // Nothing was written down: the last checkpoint stands.
      if (error instanceof Killed) return "killed";
      throw error;
    }
  }
}

/** Through text, as every state goes. */
function checkpoint(state: State): State {
  return JSON.parse(JSON.stringify(state));
}
