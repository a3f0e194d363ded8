/** docs/coverage.md: each parameter and each field of every operation that the provider calls → where a program finds it. */
import * as z from "zod";
import type { OperationFacts, Parameter, ServiceFacts } from "./facts.ts";
import type { OperationNotes, ServiceNotes } from "./notes.ts";

export interface Coverage {
  readonly page: string;
  /** Differences between the facts and the package's schema for which no reason is noted. */
  readonly problems: readonly string[];
}

export function coverage(facts: readonly ServiceFacts[], notes: readonly ServiceNotes[], schemaText: string): Coverage {
  const schema = packageSchema.parse(JSON.parse(schemaText));
  const problems: string[] = [];
  const sections = facts.flatMap((service) => {
    const own = notes.find(({ service: name }) => name === service.service);
    return service.operations.map((operation) => {
      const found = new Reader(schema, service, operation, own);
      problems.push(...found.problems);
      return found.section;
    });
  });
  return { page: [...opening, ...sections].join("\n"), problems };
}

const opening = [
  "<!-- Written by npm run gen from docs/pages and the schema: do not edit. -->\n",
  "# What of the vendors' pages a program reaches\n",
  "Each request parameter and each field of the answer, of every operation that the provider calls, and the property",
  "that carries it; or why none does. Facts and their sources are in [pages/](pages/README.md).\n",
];

const reference = z.object({
  $ref: z.string().optional(),
  description: z.string().optional(),
  items: z.object({ $ref: z.string().optional() }).optional(),
});
const properties = z.record(z.string(), reference);
type Properties = z.output<typeof properties>;
const packageSchema = z.object({
  resources: z.record(z.string(), z.object({ inputProperties: properties, properties })),
  functions: z.record(z.string(), z.object({ inputs: z.object({ properties }), outputs: z.object({ properties }) })),
  types: z.record(
    z.string(),
    z.object({
      properties: properties.optional(),
      enum: z.array(z.object({ value: z.union([z.string(), z.number(), z.boolean()]) })).optional(),
    }),
  ),
});

/** One operation read against the schema. */
class Reader {
  readonly problems: string[] = [];
  readonly section: string;
  readonly #schema: z.output<typeof packageSchema>;
  readonly #name: string;

  constructor(
    schema: z.output<typeof packageSchema>,
    { cloud }: ServiceFacts,
    facts: OperationFacts,
    service: ServiceNotes | undefined,
  ) {
    this.#schema = schema;
    this.#name = `${cloud} ${facts.operation}`;
    const notes = service?.operations[facts.operation];
    if (service === undefined || notes === undefined) throw new Error(`${this.#name} has no notes`);
    const tokens = notes.reachedBy.map((token) => `\`${token}\``).join(", ");
    const users = notes.usedBy.map((token) => `\`${token}\``).join(", ");
    this.section = [
      `## ${this.#name}${tokens === "" ? "" : ` → ${tokens}`}\n`,
      ...(users === "" ? [] : [`Called by ${users}${tokens === "" ? "" : " too"}.\n`]),
      ...this.#table("Parameter", facts.request, (parameter) => this.#carries(parameter, notes, service.everywhere)),
      ...this.#table("Field", facts.response, (parameter) => this.#shows(parameter, facts, notes)),
      `Source: ${facts.sources.map(describe).join("; ")}.\n`,
    ].join("\n");
    this.#noDeadNotes(facts, notes);
  }

  #table(title: string, all: readonly Parameter[], place: (parameter: Parameter) => string | undefined): string[] {
    const rows = all.flatMap((parameter) => {
      const found = place(parameter);
      const required = parameter.required === true ? ", required" : "";
      return found === undefined ? [] : [`| ${parameter.name} | ${parameter.type}${required} | ${found} |`];
    });
    return rows.length === 0 ? [] : [`| ${title} | Type | Property |\n|---|---|---|`, ...rows, ""];
  }

  #carries(parameter: Parameter, notes: OperationNotes, everywhere: Readonly<Record<string, string>>): string {
    const reason = notes.notCarried[parameter.name] ?? notes.fixed[parameter.name] ?? everywhere[parameter.name];
    if (reason !== undefined) return `none: ${reason}`;
    const path = notes.request[parameter.name];
    if (path === undefined) return this.#problem(`${parameter.name} is carried by no property, and no reason is noted`);
    if (path.startsWith("=")) return `none: ${path.slice(1)}`;
    const inputs = notes.reachedBy.map((token) => this.#sides(token).inputs);
    if (inputs.some((side) => !this.#reaches(side, path))) return this.#problem(`${parameter.name}: no input ${path}`);
    return `\`${path}\`${this.#values(parameter, notes, inputs, path)}`;
  }

  /** Undefined for the wrapping of a list. */
  #shows(parameter: Parameter, facts: OperationFacts, notes: OperationNotes): string | undefined {
    const { name } = parameter;
    const reason = notes.notShown[name];
    if (reason !== undefined) return `none: ${reason}`;
    const path = notes.response[name] ?? this.#byParent(name, notes);
    if (path === undefined) return this.#problem(`${name} is shown by no property, and no reason is noted`);
    if (path.startsWith("=")) return path === "=" ? undefined : path.slice(1);
    if (facts.response.some((other) => other.name.startsWith(`${name}.`) || other.name.startsWith(`${name}[]`)))
      return undefined;
    const outputs = notes.reachedBy.map((token) => this.#sides(token).outputs);
    if (outputs.some((side) => !this.#reaches(side, path))) return this.#problem(`${name}: no output ${path}`);
    return `\`${path}\``;
  }

  /** `Tasks[].TaskId` is in `tasks[].taskId` where `Tasks` is `tasks`; `.` puts the members among the outputs themselves. */
  #byParent(name: string, notes: OperationNotes): string | undefined {
    const parent = Object.keys(notes.response).find((key) => name.startsWith(`${key}.`) || name.startsWith(`${key}[]`));
    const path = parent === undefined ? undefined : notes.response[parent];
    if (path === undefined) return undefined;
    if (path.startsWith("=")) return "=";
    const member = name.split(".").at(-1) ?? "";
    if (member.endsWith("Task") && !name.includes("[]")) return "=";
    const own = member.charAt(0).toLowerCase() + member.slice(1);
    return path === "." ? own : `${path}[].${own}`;
  }

  #values(parameter: Parameter, notes: OperationNotes, inputs: readonly Properties[], path: string): string {
    const same = (value: string): string =>
      notes.valuesAs[parameter.name] === "lower case" ? value.toLowerCase() : value;
    const wanted = parameter.values ?? [];
    const taken = new Set(inputs.flatMap((side) => this.#valuesOf(side, path)));
    const own = notes.ownValues[parameter.name] ?? {};
    if (wanted.length === 0) return "";
    for (const value of wanted) {
      if (![...taken].some((word) => same(word) === value)) this.#problem(`${path} does not take ${value}`);
    }
    for (const value of taken) {
      if (!wanted.includes(same(value)) && !(value in own))
        this.#problem(`${path} takes ${value}, which no source names`);
    }
    const more = Object.entries(own).map(([value, why]) => `\`${value}\` (${why})`);
    return `: ${[...[...taken].filter((value) => !(value in own)).map((value) => `\`${value}\``), ...more].join(", ")}`;
  }

  #valuesOf(from: Properties, path: string): string[] {
    const type = this.#schema.types[from[path]?.$ref?.replace("#/types/", "") ?? ""];
    if (type?.enum !== undefined) return type.enum.map(({ value }) => String(value));
    // A property that is plain text names its values in its description.
    return [...(from[path]?.description ?? "").matchAll(/`([^`]+)`/g)].flatMap(([, value]) => value ?? []);
  }

  #sides(token: string): { inputs: Properties; outputs: Properties } {
    const resource = this.#schema.resources[token];
    if (resource !== undefined) return { inputs: resource.inputProperties, outputs: resource.properties };
    const found = this.#schema.functions[token];
    if (found === undefined) throw new Error(`the schema has no ${token}`);
    return { inputs: found.inputs.properties, outputs: found.outputs.properties };
  }

  #reaches(from: Properties, path: string): boolean {
    const [name = "", inner] = path.split("[].");
    const property = from[name];
    if (property === undefined || inner === undefined) return property !== undefined;
    const type = property.items?.$ref?.replace("#/types/", "");
    return type !== undefined && this.#schema.types[type]?.properties?.[inner] !== undefined;
  }

  /** A note on a name that no source has would hide that the vendor dropped or renamed it. */
  #noDeadNotes(facts: OperationFacts, notes: OperationNotes): void {
    const asked = new Set(facts.request.map(({ name }) => name));
    const answered = new Set(facts.response.map(({ name }) => name));
    for (const name of [notes.request, notes.fixed, notes.notCarried].flatMap((map) => Object.keys(map)))
      if (!asked.has(name)) this.#problem(`the notes name ${name}, which is no parameter`);
    for (const name of [notes.response, notes.notShown].flatMap((map) => Object.keys(map)))
      if (!answered.has(name)) this.#problem(`the notes name ${name}, which is no field of the answer`);
  }

  #problem(text: string): string {
    this.problems.push(`${this.#name}: ${text}`);
    return "**missing**";
  }
}

function describe({ what, where, updated, readOn }: OperationFacts["sources"][number]): string {
  if (what !== "page") return where;
  const days = [updated === undefined ? "" : `updated ${updated}`, `read ${readOn ?? ""}`].filter((day) => day !== "");
  return `<${where}> (${days.join(", ")})`;
}
