/** The settings of one tenant: what the folders declare, with the tenant's overrides. */
import * as z from "zod";
import type { Sent } from "../ports/immutable.ts";
import {
  type LimitDefinition,
  type SettingDefinitions,
  type Settings,
  type SwitchDefinition,
  type TextDefinition,
  errorTextName,
} from "../ports/settings.ts";

const text = z.string();
const named = z.object({ name: text, about: text.optional() });
export const settingsStateSchema = z.object({
  switches: z.array(
    named.extend({
      values: z.array(text).describe("The first one is the default"),
      basis: z.enum(["CHOICE", "UNVERIFIED", "INFERRED", "TEST"]),
      about: text,
      value: text.describe("In force"),
    }),
  ),
  limits: z.array(named.extend({ value: z.number(), source: text, readOn: text, inForce: z.number() })),
  texts: z.array(named.extend({ value: text, about: text, inForce: text })),
});
export type SettingsState = Sent<typeof settingsStateSchema>;

/** A limit in milliseconds, added to any time of the clock, is still a time. */
const MOST = 1e13;

/** By name. */
export interface Overrides {
  readonly switches?: Readonly<Record<string, string>> | undefined;
  readonly limits?: Readonly<Record<string, number>> | undefined;
  readonly texts?: Readonly<Record<string, string>> | undefined;
}

/** Unknown names are refused, so that a typo does not pass silently. */
export class TenantSettings implements Settings {
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
    return scopes.map((scope) => this.#texts.get(errorTextName(scope, code))).find((set) => set !== undefined);
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
      if (!(value >= 0 && value <= MOST)) throw new SettingError(`limit "${name}" takes 0 to ${MOST}, not ${value}`);
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
    const { switches, limits, texts } = this.#known;
    return {
      switches: [...switches.values()].map((definition) => ({ ...definition, value: this.switch(definition) })),
      limits: [...limits.values()].map((definition) => ({ ...definition, inForce: this.limit(definition) })),
      texts: [...texts.values()].map((definition) => ({ ...definition, inForce: this.text(definition) })),
    };
  }
}

export interface KnownSettings {
  readonly switches: ReadonlyMap<string, SwitchDefinition>;
  readonly limits: ReadonlyMap<string, LimitDefinition>;
  readonly texts: ReadonlyMap<string, TextDefinition>;
}

/** All that the folders let be set, by name. */
export function knownSettings(folders: readonly SettingDefinitions[]): KnownSettings {
  return {
    switches: byName(folders.flatMap(({ switches = [] }) => switches)),
    limits: byName(folders.flatMap(({ limits = [] }) => limits)),
    texts: byName(folders.flatMap(({ texts = [] }) => texts)),
  };
}

function byName<Definition extends { readonly name: string }>(
  definitions: readonly Definition[],
): ReadonlyMap<string, Definition> {
  return new Map(definitions.map((definition) => [definition.name, definition]));
}

export class SettingError extends Error {}
