/** docs/reference.md and the table of configuration keys, from the package schema. */

interface Property {
  readonly description?: string;
  readonly type?: string;
  readonly $ref?: string;
  readonly items?: Property;
  readonly additionalProperties?: Property;
  readonly oneOf?: readonly Property[];
  readonly default?: unknown;
  readonly secret?: boolean;
  readonly willReplaceOnChanges?: boolean;
}
type Properties = Readonly<Record<string, Property>>;
interface Shape {
  readonly description?: string;
  readonly properties?: Properties;
  readonly required?: readonly string[];
  readonly enum?: readonly { readonly value: string; readonly description?: string }[];
}
interface Schema {
  readonly description: string;
  readonly config: { readonly variables: Properties };
  readonly provider: { readonly inputProperties: Properties };
  readonly types: Readonly<Record<string, Shape>>;
  readonly resources: Readonly<
    Record<string, Shape & { readonly inputProperties: Properties; readonly requiredInputs: readonly string[] }>
  >;
  readonly functions: Readonly<
    Record<string, { readonly description: string; readonly inputs: Shape; readonly outputs: Shape }>
  >;
}

export function reference(text: string): string {
  const schema: Schema = JSON.parse(text);
  const resources = Object.entries(schema.resources).map(([token, each]) => {
    const outputs = Object.entries(each.properties ?? {}).filter(([key]) => !(key in each.inputProperties));
    return [
      `## ${token}\n`,
      prose(each.description),
      `| Input | Type | |\n|---|---|---|\n${rows(each.inputProperties, each.requiredInputs)}\n`,
      `| Output | Type | |\n|---|---|---|\n${rows(Object.fromEntries(outputs), [])}\n`,
    ].join("\n");
  });
  const functions = Object.entries(schema.functions).map(([token, { description, inputs, outputs }]) =>
    [
      `## ${token}\n`,
      prose(description),
      `| Argument | Type | |\n|---|---|---|\n${rows(inputs.properties ?? {}, inputs.required ?? [])}\n`,
      `| Result | Type | |\n|---|---|---|\n${rows(outputs.properties ?? {}, [])}\n`,
    ].join("\n"),
  );
  const types = Object.entries(schema.types).map(([token, each]) => {
    const values = each.enum?.map(
      ({ value, description }) => `- \`${value}\`${description ? `: ${description}` : ""}\n`,
    );
    const table = `| | Type | |\n|---|---|---|\n${rows(each.properties ?? {}, each.required ?? [])}`;
    return `### ${token}\n\n${each.description ? `${each.description}\n\n` : ""}${values?.join("") ?? table}`;
  });
  return [
    "<!-- Written by npm run gen from the definitions: do not edit. -->\n\n# Reference\n",
    contents(schema),
    ...resources,
    ...functions,
    "## Types\n",
    ...types,
  ].join("\n");
}

/** A line for each resource and function, module by module, with the first sentence of what it does. */
function contents(schema: Schema): string {
  const section = (title: string, pages: Readonly<Record<string, { readonly description?: string }>>): string => {
    const rows = Object.entries(pages).map(
      ([token, { description = "" }]) => `| ${linkTo(token)} | ${cell(firstSentence(description))} |\n`,
    );
    return `| ${title} | |\n|---|---|\n${rows.join("")}`;
  };
  const types = Object.keys(schema.types).map(linkTo);
  return [
    section("Resource", schema.resources),
    section("Function", schema.functions),
    `[Types](#types): ${types.join(", ")}\n`,
  ].join("\n");
}

/** `esa:PurgeTrigger`, at its heading below. */
function linkTo(token: string): string {
  return `[${token.replace(/^edgecache:(index:)?/, "")}](#${anchorOf(token)})`;
}

/** As GitHub makes it of a heading. */
function anchorOf(token: string): string {
  return token.replaceAll(":", "").toLowerCase();
}

function firstSentence(description: string): string {
  return /^[^]*?\.(?=\s|$)/.exec(description)?.[0] ?? description;
}

const marks = /(<!-- keys: written by npm run gen -->\n)[\s\S]*?(<!-- \/keys -->)/;

/** `page` with the table of the schema's configuration keys, their values and defaults, between its marks. */
export function withKeys(page: string, text: string): string {
  const schema: Schema = JSON.parse(text);
  const keys = Object.entries(schema.config.variables).map(([key, { description = "", secret, $ref, type }]) => {
    const given = schema.provider.inputProperties[key]?.default;
    const enumValues = schema.types[$ref?.slice("#/types/".length) ?? ""]?.enum;
    const values = enumValues?.map((each) => `\`${each.value}\` (${each.description})`).join(", ");
    const fallback =
      given === undefined ? "" : ` Default \`${typeof given === "string" ? given : JSON.stringify(given)}\`.`;
    return `| \`edgecache:${key}\` | ${values ?? type ?? ""}${secret ? ", secret" : ""} | ${cell(description)}${fallback} |\n`;
  });
  return page.replace(
    marks,
    (_, before, after) => `${before}\n| Key | Value | |\n|---|---|---|\n${keys.join("")}\n${after}`,
  );
}

/** The registry's marks for examples are not Markdown; what is in a reader's third language is folded. */
function prose(description = ""): string {
  const lines = description.split("\n").filter((line) => !/^\{\{%.*%\}\}$/.test(line.trim()));
  const text = lines.join("\n").replace(/^(##+ )/gm, "#$1");
  return `${text.replace(otherLanguages, folded).trim()}\n`;
}

const otherLanguages = /^```python\n[\s\S]*?(?=^```yaml\n)/gm;

function folded(fences: string): string {
  return `<details><summary>Python, Go, C#</summary>\n\n${fences.trim()}\n\n</details>\n\n`;
}

/** What has to be given comes first. */
function rows(properties: Properties, required: readonly string[]): string {
  return Object.entries(properties)
    .toSorted(([a], [b]) => Number(required.includes(b)) - Number(required.includes(a)))
    .map(([key, property]) => {
      const notes = [
        required.includes(key) ? "Required." : "",
        cell(property.description ?? ""),
        property.default === undefined ? "" : `Default \`${JSON.stringify(property.default)}\`.`,
        property.secret ? "Secret." : "",
        property.willReplaceOnChanges ? "A change replaces." : "",
      ];
      return `| \`${key}\` | ${typeOf(property)} | ${notes.filter(Boolean).join(" ")} |\n`;
    })
    .join("");
}

function typeOf({ type, $ref, items, additionalProperties, oneOf }: Property): string {
  if (oneOf) return oneOf.map(typeOf).join(" or ");
  if ($ref?.startsWith("#/types/")) {
    const token = $ref.slice("#/types/".length);
    return `[${token.split(":").at(-1)}](#${anchorOf(token)})`;
  }
  if ($ref) return $ref.replace(/^.*\//, "").toLowerCase();
  if (type === "array" && items) return `list of ${typeOf(items)}`;
  if (type === "object" && additionalProperties) return `map of ${typeOf(additionalProperties)}`;
  return type ?? "any";
}

function cell(text: string): string {
  return text.replaceAll("\n", " ").replaceAll("|", "\\|");
}
