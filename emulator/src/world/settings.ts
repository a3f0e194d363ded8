/**
 * What can be set: switches (a behaviour that the vendors leave open, with every reading reachable) and limits
 * (numbers with source and date). Both are declared where they are used; a tenant overrides them by name.
 */
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

export function defineSwitch<const Value extends string>(definition: SwitchDefinition<Value>): SwitchDefinition<Value> {
  return definition;
}

/** The overrides of one tenant. Unknown names are refused by `check`, so a typo does not pass silently. */
export class Settings {
  readonly #switches = new Map<string, string>();
  readonly #limits = new Map<string, number>();
  readonly #known: KnownSettings;

  constructor(known: KnownSettings, switches: Record<string, string> = {}, limits: Record<string, number> = {}) {
    this.#known = known;
    this.override(switches, limits);
  }

  switch<Value extends string>(definition: SwitchDefinition<Value>): Value {
    const set = this.#switches.get(definition.name);
    if (set === undefined) return definition.values[0];
    return definition.values.find((value) => value === set) ?? definition.values[0];
  }

  limit(definition: LimitDefinition): number {
    return this.#limits.get(definition.name) ?? definition.value;
  }

  override(switches: Record<string, string>, limits: Record<string, number>): void {
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
  }

  overrides(): { switches: Record<string, string>; limits: Record<string, number> } {
    return { switches: Object.fromEntries(this.#switches), limits: Object.fromEntries(this.#limits) };
  }

  /** Every switch and limit with the value in force. */
  describe(): { switches: DescribedSwitch[]; limits: DescribedLimit[] } {
    return {
      switches: [...this.#known.switches.values()].map((definition) => ({
        ...definition,
        value: this.switch(definition),
      })),
      limits: [...this.#known.limits.values()].map((definition) => ({
        ...definition,
        inForce: this.limit(definition),
      })),
    };
  }
}

export type DescribedSwitch = SwitchDefinition & { readonly value: string };
export type DescribedLimit = LimitDefinition & { readonly inForce: number };

export interface KnownSettings {
  readonly switches: ReadonlyMap<string, SwitchDefinition>;
  readonly limits: ReadonlyMap<string, LimitDefinition>;
}

export function knownSettings(
  switches: readonly SwitchDefinition[],
  limits: readonly LimitDefinition[],
): KnownSettings {
  return {
    switches: new Map(switches.map((definition) => [definition.name, definition])),
    limits: new Map(limits.map((definition) => [definition.name, definition])),
  };
}

export class SettingError extends Error {}
