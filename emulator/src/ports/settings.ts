/**
 * What can be set: switches (a behaviour that the vendors leave open, with every reading reachable), limits (numbers
 * with source and date) and texts (messages that no document states). Each folder exports those that it reads as
 * `settings`; a tenant overrides them by name.
 */
export interface SwitchDefinition<Value extends string = string> {
  readonly name: string;
  /** The first value is the default. */
  readonly values: readonly [Value, ...Value[]];
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
  /** Words of the emulator: the vendor's are not published. */
  readonly value: string;
  readonly about: string;
}

/** What one folder lets be set. */
export interface SettingDefinitions {
  readonly switches?: readonly SwitchDefinition[];
  readonly limits?: readonly LimitDefinition[];
  readonly texts?: readonly TextDefinition[];
}

/** The values in force for one tenant. */
export interface Settings {
  switch<Value extends string>(definition: SwitchDefinition<Value>): Value;
  limit(definition: LimitDefinition): number;
  text(definition: TextDefinition): string;
}

export function defineSwitch<const Value extends string>(definition: SwitchDefinition<Value>): SwitchDefinition<Value> {
  return definition;
}

/** The name of the text that replaces an error's message. `scope`: a service or a vendor. */
export function errorTextName(scope: string, code: string): string {
  return `${scope}.text.${code}`;
}
