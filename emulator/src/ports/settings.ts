/**
 * What can be set: switches (a behaviour that the vendors leave open, with every reading reachable), limits (numbers
 * with source and date) and texts (messages that no document states). All are declared where they are used; a tenant
 * overrides them by name.
 */
import type { SettingsState } from "../control/protocol.ts";

export interface SwitchDefinition<Value extends string = string> {
  readonly name: string;
  readonly values: readonly [Value, ...Value[]];
  /** The first value is the default. */
  readonly basis: "CHOICE" | "UNVERIFIED" | "INFERRED" | "TEST";
  readonly about: string;
}

export interface LimitDefinition {
  readonly name: string;
  readonly value: number;
  readonly source: string;
  readonly readOn: string;
  readonly about?: string;
}

export interface TextDefinition {
  readonly name: string;
  /** Our words, since nobody told us the vendor's. */
  readonly value: string;
  readonly about: string;
}

/** By name. */
export interface Overrides {
  readonly switches?: Readonly<Record<string, string>> | undefined;
  readonly limits?: Readonly<Record<string, number>> | undefined;
  readonly texts?: Readonly<Record<string, string>> | undefined;
}

export function defineSwitch<const Value extends string>(definition: SwitchDefinition<Value>): SwitchDefinition<Value> {
  return definition;
}

/** The overrides of one tenant. Unknown names are refused by `check`, so a typo does not pass silently. */
export class Settings {
  readonly #switches = new Map<string, string>();
  readonly #limits = new Map<string, number>();
  readonly #texts = new Map<string, string>();
  readonly #known: KnownSettings;

  constructor(known: KnownSettings, overrides: Overrides = {}) {
    this.#known = known;
    this.override(overrides);
  }

  switch<Value extends string>(definition: SwitchDefinition<Value>): Value {
    const set = this.#switches.get(definition.name);
    if (set === undefined) return definition.values[0];
    return definition.values.find((value) => value === set) ?? definition.values[0];
  }

  limit(definition: LimitDefinition): number {
    return this.#limits.get(definition.name) ?? definition.value;
  }

  text(definition: TextDefinition): string {
    return this.#texts.get(definition.name) ?? definition.value;
  }

  /** The text that was set for an error code, by the first of these scopes (a service, a vendor) that has one. */
  errorText(scopes: readonly string[], code: string): string | undefined {
    if (this.#texts.size === 0) return undefined;
    return scopes.map((scope) => this.#texts.get(errorTextName(scope, code))).find((text) => text !== undefined);
  }

  override({ switches = {}, limits = {}, texts = {} }: Overrides): void {
    for (const [name, value] of Object.entries(switches)) {
      const definition = this.#known.switches.get(name);
      if (!definition) throw new SettingError(`no switch is named "${name}"`);
      if (!definition.values.includes(value)) {
        throw new SettingError(`switch "${name}" takes ${definition.values.join(" | ")}, not "${value}"`);
      }
      this.#switches.set(name, value);
    }
    for (const [name, value] of Object.entries(limits)) {
      if (!this.#known.limits.has(name)) throw new SettingError(`no limit is named "${name}"`);
      this.#limits.set(name, value);
    }
    for (const [name, value] of Object.entries(texts)) {
      if (!this.#known.texts.has(name)) throw new SettingError(`no text is named "${name}"`);
      this.#texts.set(name, value);
    }
  }

  overrides(): Overrides {
    return {
      switches: Object.fromEntries(this.#switches),
      limits: Object.fromEntries(this.#limits),
      texts: Object.fromEntries(this.#texts),
    };
  }

  /** Everything that can be set, with the value in force. */
  describe(): SettingsState {
    return {
      switches: [...this.#known.switches.values()].map((definition) => ({
        ...definition,
        value: this.switch(definition),
      })),
      limits: [...this.#known.limits.values()].map((definition) => ({
        ...definition,
        inForce: this.limit(definition),
      })),
      texts: [...this.#known.texts.values()].map((definition) => ({ ...definition, inForce: this.text(definition) })),
    };
  }
}

export function errorTextName(scope: string, code: string): string {
  return `${scope}.text.${code}`;
}

export interface KnownSettings {
  readonly switches: ReadonlyMap<string, SwitchDefinition>;
  readonly limits: ReadonlyMap<string, LimitDefinition>;
  readonly texts: ReadonlyMap<string, TextDefinition>;
}

export function knownSettings(
  switches: readonly SwitchDefinition[],
  limits: readonly LimitDefinition[],
  texts: readonly TextDefinition[],
): KnownSettings {
  return { switches: byName(switches), limits: byName(limits), texts: byName(texts) };
}

function byName<Definition extends { readonly name: string }>(
  definitions: readonly Definition[],
): ReadonlyMap<string, Definition> {
  return new Map(definitions.map((definition) => [definition.name, definition]));
}

export class SettingError extends Error {}
