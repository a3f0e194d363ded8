/** docs/permissions.md, and the tables from which the provider writes policies: who calls what, and what that may be narrowed to. */
import type { OperationFacts, Permission, ServiceFacts } from "./facts.ts";
import type { OperationNotes, ServiceNotes } from "./notes.ts";

interface Use {
  readonly token: string;
  /** Only with this, in the notes' words. */
  readonly condition: string | undefined;
  readonly operation: OperationFacts;
  readonly notes: OperationNotes;
}

export function permissionFiles(
  facts: readonly ServiceFacts[],
  notes: readonly ServiceNotes[],
): [file: string, text: string][] {
  const uses = usesOf(facts, notes);
  const permissions = facts.flatMap(({ operations }) => operations.map(({ permission }) => permission));
  const tencent = permissions.filter(({ action }) => action.startsWith("teo:"));
  const alibaba = permissions.filter(({ action }) => !action.startsWith("teo:"));
  return [
    ["provider/src/clouds/alibaba/permissions.generated.ts", scopes("ram", alibaba)],
    ["provider/src/clouds/tencent/permissions.generated.ts", scopes("cam", tencent)],
    ["provider/src/policies/calls.generated.ts", callsFile(uses)],
    ["docs/permissions.md", page(facts, uses)],
  ];
}

const mark = "Written by npm run gen from docs/pages: do not edit.";

function usesOf(facts: readonly ServiceFacts[], notes: readonly ServiceNotes[]): Use[] {
  return facts.flatMap(({ service, operations }) =>
    operations.flatMap((operation): Use[] => {
      const own = notes.find((other) => other.service === service)?.operations[operation.operation];
      if (own === undefined) throw new Error(`${operation.operation} has no notes`);
      return [...own.reachedBy, ...own.usedBy].map((text) => {
        const [token = "", condition] = text.split(/ (?=with)/);
        return { token, condition, operation, notes: own };
      });
    }),
  );
}

function scopes(prefix: "ram" | "cam", permissions: readonly Permission[]): string {
  const type = prefix === "ram" ? "RamScope" : "CamScope";
  const rows = permissions.map(({ action, resource }) => `  ${JSON.stringify(action)}: ${JSON.stringify(resource)},`);
  const kinds = [...new Set(permissions.map(({ resource }) => resource))].sort();
  return [
    `/** ${mark} */\n`,
    "/** What a policy may narrow an action to. `anyDomain`: a list that is asked for all domains at once. */",
    `export type ${type} = ${kinds.map((kind) => JSON.stringify(kind)).join(" | ")};\n`,
    `export const ${prefix}Scopes: Readonly<Record<string, ${type}>> = {\n${rows.join("\n")}\n};\n`,
  ].join("\n");
}

function callsFile(uses: readonly Use[]): string {
  const rows = [...byToken(uses)].map(([token, all]) => {
    const calls = all.map(({ operation, condition, notes }) => {
      const types =
        notes.types.length === 0 ? "" : `, types: [${notes.types.map((type) => JSON.stringify(type)).join(", ")}]`;
      const bulk = condition === "with bulk" ? ", bulk: true" : "";
      return `    { action: ${JSON.stringify(operation.permission.action)}${types}${bulk} },`;
    });
    return `  ${JSON.stringify(token)}: [\n${calls.join("\n")}\n  ],`;
  });
  return [
    `/** ${mark} */\n`,
    "/** One call that a resource or function makes. */",
    "export interface Call {\n  readonly action: string;",
    "  /** With these values of `type` only. */\n  readonly types?: readonly string[];",
    '  /** With `bulk: "auto"` only. */\n  readonly bulk?: true;\n}\n',
    "/** Resource or function → its calls. */",
    `export const calls: Readonly<Record<string, readonly Call[]>> = {\n${rows.join("\n")}\n};\n`,
  ].join("\n");
}

function byToken(uses: readonly Use[]): Map<string, Use[]> {
  const found = new Map<string, Use[]>();
  for (const use of uses) found.set(use.token, [...(found.get(use.token) ?? []), use]);
  return new Map([...found].sort(([one], [other]) => (one < other ? -1 : 1)));
}

const patterns: Readonly<Record<Permission["resource"], (service: string) => string>> = {
  site: (service) => `acs:${service}:*:ACCOUNT:site/SITE_ID`,
  domain: (service) => `acs:${service}:*:ACCOUNT:domain/DOMAIN`,
  anyDomain: (service) => `acs:${service}:*:ACCOUNT:domain/*`,
  zone: (service) => `qcs::${service}::uin/ACCOUNT:zone/ZONE_ID`,
  all: () => "*",
};

function page(facts: readonly ServiceFacts[], uses: readonly Use[]): string {
  const clouds = new Map(facts.map(({ service, cloud }) => [service, cloud]));
  const tables = [...byToken(uses)].map(([token, all]) => {
    const rows = all.map(({ operation: { permission }, condition, notes }) => {
      const service = permission.action.split(":")[0] ?? "";
      const when = [
        ...(condition === undefined ? [] : [condition]),
        ...(notes.types.length === 0 ? [] : [`types ${notes.types.join(", ")}`]),
        ...(permission.basis === "inferred" ? ["inferred"] : []),
      ];
      return `| \`${permission.action}\` | \`${patterns[permission.resource](service)}\` | ${when.join("; ")} |`;
    });
    return [`## ${token}\n`, "| Action | Resource | |\n|---|---|---|", ...rows, ""].join("\n");
  });
  return [opening([...clouds.values()]), ...tables].join("\n");
}

function opening(clouds: readonly string[]): string {
  const fence = "```";
  return `<!-- ${mark} -->

# What a program's credentials must be allowed

Each resource and function, the actions that it needs, and the narrowest resource that a policy may name
(${clouds.filter((cloud) => cloud !== "OpenPlatform").join(", ")}). *Inferred*: no page of the vendor states it; its
siblings' pages suggest it. \`edgecache:index:hashFiles\` and \`edgecache:index:getPolicy\` need nothing.

## The policy of a program

\`edgecache:index:getPolicy\` writes it, for RAM and CAM: say what the program uses, with the values that it gives there.
It is a function, as \`aws.iam.getPolicyDocument\` is, because who may create policies is seldom who may run the program:
a stack of the account's owner calls it, in any language, and creates the policy with the cloud's own provider or exports
it to be pasted. It calls no cloud and needs no credentials.

${fence}yaml
name: permissions
runtime: yaml
variables:
  least:
    fn::invoke:
      function: edgecache:index:getPolicy
      arguments:
        uses:
          - token: edgecache:esa:CacheTagConfig
            siteId: "5407498413000"
          - token: edgecache:esa:PurgeTrigger
            siteId: "5407498413000"
            type: cachetag
          - token: edgecache:cdn:PurgeTrigger
            domains: [www.example.com]
            type: File
outputs:
  ram: \${least.ram}
${fence}

\`pulumi preview\` shows:

${fence}json
{
  "Version": "1",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["cdn:DescribeRefreshQuota", "cdn:DescribeRefreshTaskById"],
      "Resource": ["*"]
    },
    {
      "Effect": "Allow",
      "Action": ["cdn:DescribeRefreshTasks"],
      "Resource": ["acs:cdn:*:*:domain/*"]
    },
    {
      "Effect": "Allow",
      "Action": ["cdn:RefreshObjectCaches"],
      "Resource": ["acs:cdn:*:*:domain/www.example.com"]
    },
    {
      "Effect": "Allow",
      "Action": ["esa:DescribePurgeTasks", "esa:GetCacheTag", "esa:GetPurgeQuota", "esa:PurgeCaches", "esa:UpdateCacheTag"],
      "Resource": ["acs:esa:*:*:site/5407498413000"]
    }
  ]
}
${fence}

A call that is refused for lack of permission names the line that is missing. Without permission to read a quota or a task
list, purges still work: the preview says no numbers, and what became of a task is not known (\`wait: false\` asks for none).
`;
}
