/** What the command says: to people what to try first, to machines the addresses. */
import type { Emulator } from "../start.ts";

export type Addresses = ReturnType<typeof forMachines>;

export function forMachines({ endpoint, edge, origin, configuration }: Emulator) {
  return { endpoint, edge: edge.url, origin: origin.url, control: `${endpoint}/_emulator`, configuration };
}

/** What there is without a seed; what a seed says, its author knows. */
export const firstSites = `
  ESA site 5407498413000 (example.com), EdgeOne zone zone-2o1xvpmq7nn1 (example.net),
  CDN cdn.example.com, DCDN dcdn.example.com, Edge Routine er.example.com; each has pages at / and /index.html
`;

/** `stop`: how it is stopped. Each line that begins with `pulumi` or `curl` is a command that works as it stands. */
export function forPeople({ endpoint, edge, origin, configuration }: Addresses, stop: string, sites: string): string {
  // None of these keys opens anything but this process, so none has to be encrypted.
  const settings = Object.entries(configuration).map(([name, value]) => `--plaintext edgecache:${name}=${value}`);
  return `The emulator is up. ${stop}

  page         ${endpoint}/
  cloud APIs   ${endpoint}        ESA, CDN, DCDN, EdgeOne
  edge         ${edge}        for visitors
  origin       ${origin}
${sites}
Visit a page, twice to see it cached:

  curl -i -H "Host: www.example.com" ${edge}/

Configure the Pulumi provider, in the folder of your program:

  pulumi config set-all ${settings.join(" ")}
`;
}
