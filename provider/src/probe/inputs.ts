/** `awaitOrigin` and `verifyEdge` as a program gives them. */
import { isIP } from "node:net";
import * as z from "zod";
import { headerNameInput, headersInput } from "../core/headers.ts";
import { isCertificate } from "../core/network/trust.ts";
import { splitAddress } from "./connect.ts";

const address = z
  .string()
  .refine((text) => splitAddress(text) !== undefined, "must be an address or host name, with a port or without");

const webUrl = z
  .string()
  .regex(/^https?:\/\/[^\s#@]+$/i, "must be a URL such as https://www.example.com/")
  .refine((text) => URL.canParse(text), "must be a URL such as https://www.example.com/");

const baseUrl = webUrl.refine((text) => !text.includes("?"), "must have no query: each target's path is added to it");

/** TLS itself passes over what it cannot read. */
function isBundle(text: string): boolean {
  const all = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return all.length > 0 && all.every(isCertificate);
}

const expectation = z
  .strictObject({
    digest: z
      .string()
      .regex(/^([0-9a-f]{32}){1,2}$/i, "must be SHA-256 in hex: 64 digits, or the first 32 as hashFiles writes")
      .optional()
      .meta({ description: "SHA-256 of the decoded body: 64 hex digits, or the first 32, as `hashFiles` writes." }),
    header: headerNameInput
      .optional()
      .meta({ description: "Name of a header of the answer, such as `ETag` or one that carries the version." }),
    value: z.string().optional().meta({ description: "What `header` has to be." }),
    text: z
      .string()
      .min(1, "must not be empty")
      .optional()
      .meta({ anyText: true, description: "What the decoded body has to hold." }),
  })
  .refine(({ header, value }) => (header === undefined) === (value === undefined), {
    message: "header and value belong together",
    path: ["header"],
  })
  .refine(
    ({ digest, header, text }) => [digest, header, text].filter((each) => each !== undefined).length <= 1,
    "takes one of digest, header with value, and text",
  )
  .meta({
    type: "index:ProbeExpectation",
    description: "How an answer is known to be the new content. Give one.",
  });

/** What belongs to the connection, and what asks for a part of the page or for none. */
const own =
  /^(?:connection|content-length|expect|if-(?:match|modified-since|none-match|range|unmodified-since)|keep-alive|range|te|trailer|transfer-encoding|upgrade)$/i;

function ownProblem(name: string): string | undefined {
  return own.test(name) ? `holds ${name}, with which no answer would be the page; leave it out` : undefined;
}

const shared = {
  urls: z.array(webUrl).min(1, "must not be empty").optional().meta({
    description:
      "Ask for these instead of a sample of the targets: for types whose targets are no URLs, or for one URL that tells the version.",
  }),
  host: z
    .string()
    .regex(/^[!-~]+$/, "must be a host name, in ASCII")
    .regex(/^[^/@?#]+$/, "must be a host name")
    .optional()
    .meta({ description: "The header `Host` of the requests. Default: the URL's host." }),
  headers: headersInput
    .superRefine((headers, context) => {
      for (const name of Object.keys(headers)) {
        const message = name.toLowerCase() === "host" ? "holds Host; give it as host" : ownProblem(name);
        if (message !== undefined) context.addIssue({ code: "custom", message });
      }
    })
    .optional()
    .meta({
      description: "Further headers of the requests. Without them nothing is sent that names anybody.",
      secret: true,
    }),
  serverName: z
    .string()
    .regex(/^[!-~]+$/, "must be a host name, in ASCII")
    .refine((name) => isIP(name) === 0, "must be a host name")
    .optional()
    .meta({ description: "The name that TLS asks for and checks. Default: the URL's host." }),
  ca: z
    .string()
    .refine(isBundle, "must be certificates in PEM form (-----BEGIN CERTIFICATE-----)")
    .optional()
    .meta({ anyText: true, description: "Certificates (PEM) to trust beside the usual ones." }),
  removed: z
    .enum(["ignore", "gone"])
    .optional()
    .meta({
      description: "What targets that left the content have to answer. Default `ignore`.",
      type: "index:ProbeRemoved",
      values: { ignore: "They are not asked.", gone: "404 or 410." },
    }),
  sample: z
    .union([z.int().min(1, "must be at least 1"), z.literal("all")])
    .optional()
    .meta({
      description: 'How many of the targets are asked, spread over hosts and kinds of files, or `"all"`. Default 20.',
    }),
  within: z.number().min(1, "must be at least 1").max(86_400, "must be at most a day").optional().meta({
    description: "Seconds in which all of them have to be right. They are asked again and again, ever less often.",
  }),
} as const;

export const awaitOrigin = z
  .strictObject({
    url: baseUrl.optional().meta({
      description:
        "Where the origin is: the base to which each target's path is added. Default: the targets' own URLs, which only makes sense with `address`.",
    }),
    address: address.optional().meta({
      description: "Where to connect instead of the targets' hosts, such as `203.0.113.7:8443`. `Host` and TLS stay.",
    }),
    expect: expectation
      .optional()
      .meta({ description: "What shows that the origin serves the new content. Default: the digests of `contents`." }),
    ...shared,
  })
  .refine(({ url, address: pinned }) => url === undefined || pinned === undefined, {
    message: "cannot be used together with url, which has an address of its own",
    path: ["address"],
  })
  .meta({
    type: "index:AwaitOrigin",
    description:
      "Before anything is sent, asks the origin until it serves the new content. If it does not in time, nothing is sent. Default 300 s.",
  });

export const verifyEdge = z
  .strictObject({
    nodes: z.array(address).min(1, "must not be empty").optional().meta({
      description: "Addresses of edge nodes, each of which is asked. Default: what the machine's resolver says.",
    }),
    resolvers: z
      .array(
        z.string().refine((text) => isIP(splitAddress(text)?.host ?? "") !== 0, "must be the address of a resolver"),
      )
      .min(1, "must not be empty")
      .optional()
      .meta({
        description: "Addresses of DNS resolvers, such as `223.5.5.5`: the node that each of them names is asked.",
      }),
    expect: expectation.optional().meta({
      description:
        "What shows that a copy is new. Default: the digests of `contents`; for targets without one, an `Age` shorter than the time since the purge.",
    }),
    attempts: z.int().min(0, "must not be negative").max(10, "must be at most 10").optional().meta({
      description: "How often a target is purged again that is stale at the edge. Default 1.",
    }),
    ...shared,
  })
  .refine(({ nodes, resolvers }) => nodes === undefined || resolvers === undefined, {
    message: "cannot be used together with nodes",
    path: ["resolvers"],
  })
  .meta({
    type: "index:VerifyEdge",
    description:
      "After the tasks are done, visits URLs through the edge and proves that none serves an older copy. Default 120 s.",
  });

export type AwaitOrigin = z.output<typeof awaitOrigin>;
export type VerifyEdge = z.output<typeof verifyEdge>;
export type ProbeInputs = Pick<AwaitOrigin & VerifyEdge, keyof typeof shared | "expect">;
