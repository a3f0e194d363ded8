/**
 * The examples of the schema's pages. Each is one YAML program in provider/examples/<module>/<Name>.yaml, which Pulumi's
 * own generators (tools/sdkgen) write in the other languages; each SDK's documentation keeps the programs of its own.
 */
interface Described {
  description: string;
}
interface Schema {
  readonly resources: Readonly<Record<string, Described>>;
  readonly functions: Readonly<Record<string, Described>>;
}
export interface Example {
  readonly title: string;
  readonly programs: readonly { readonly language: string; readonly code: string }[];
}

/** The schema with the examples of each token on its page. A page without one is an error, and so is one too many. */
export function withExamples(schemaText: string, examples: Readonly<Record<string, readonly Example[]>>): string {
  const schema: Schema = JSON.parse(schemaText);
  const pages = { ...schema.resources, ...schema.functions };
  const missing = Object.keys(pages).filter((token) => !(token in examples));
  const strange = Object.keys(examples).filter((token) => !(token in pages));
  const problems = [
    ...missing.map((token) => `${token} has no example in ${fileOf(token)}`),
    ...strange.map((token) => `${fileOf(token)} is about ${token}, which is not in the schema`),
  ];
  if (problems.length > 0) throw new Error(problems.join("\n"));
  for (const [token, page] of Object.entries(pages)) {
    page.description = `${page.description.trimEnd()}\n\n${section(examples[token] ?? [])}`;
  }
  return `${JSON.stringify(schema, null, 2)}\n`;
}

export function withoutExamples(schemaText: string): string {
  return schemaText.replaceAll(/(?:\\n)*\{\{% examples %\}\}.*?\{\{% \/examples %\}\}(?:\\n)*/g, "");
}

/** As Pulumi's registry and its generators know it. */
function section(examples: readonly Example[]): string {
  const shown = examples.map(({ title, programs }) => {
    const fences = programs.map(({ language, code }) => `\`\`\`${language}\n${code}\`\`\``);
    return `{{% example %}}\n### ${title}\n\n${fences.join("\n\n")}\n{{% /example %}}\n`;
  });
  return `{{% examples %}}\n## Example Usage\n${shown.join("")}{{% /examples %}}\n`;
}

function fileOf(token: string): string {
  return `provider/examples/${token.split(":").slice(1).join("/")}.yaml`;
}
