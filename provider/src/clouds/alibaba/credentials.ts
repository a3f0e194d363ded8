/**
 * Credentials, found only when a call needs them: explicit keys, a named CLI
 * profile, else the vendor's default chain. A chain that found something is
 * kept, since it renews by itself; one that failed is thrown away, since it
 * would ask only its last link for ever after (credentials 2.4.7,
 * `providers/default.js`, `lastUsedProvider`). What the library says is never
 * repeated: it quotes files and answers.
 */
import { homedir } from "node:os";
import path from "node:path";
import type vendorCredentials from "@alicloud/credentials";
import * as z from "zod";
import type { World } from "../../core/context.ts";
import { environmentProblem, iniProblem } from "../credential-files.ts";
import { noCredentials, refuseFlawed, type Found } from "../keys.ts";
import { profileProblem } from "./cli-profile.ts";
import type { AlibabaConfig } from "./config.ts";

/** What signs a request. */
export interface Keys {
  readonly id: string;
  readonly secret: string;
  readonly token?: string | undefined;
  /** In the vendor's words where they come from; the gateway is told. */
  readonly provider: string;
}

/** The package is CommonJS: its default export is one level down. */
type Chain = vendorCredentials.default;

const modelSchema = z.object({
  accessKeyId: z.string().min(1),
  accessKeySecret: z.string().min(1),
  securityToken: z.string().nullish(),
  providerName: z.string().catch(""),
});

export class AlibabaCredentials {
  readonly #config: AlibabaConfig;
  readonly #env: World["env"];
  #proven: Chain | undefined;

  constructor(config: AlibabaConfig, env: World["env"]) {
    this.#config = config;
    this.#env = env;
  }

  /** Credentials that can sign right now. */
  async get(cloud: string, action: string): Promise<Keys> {
    const keys = this.#explicit(cloud, action) ?? (await this.#asked(cloud, action));
    refuseFlawed(found(keys), cloud, action);
    return keys;
  }

  /** The cloud refused them: the next call asks the chain anew. */
  forget(): void {
    this.#proven = undefined;
  }

  #explicit(cloud: string, action: string): Keys | undefined {
    const { alibabaAccessKeyId: id, alibabaAccessKeySecret: secret, alibabaSecurityToken: token } = this.#config;
    if (id === undefined && secret === undefined) return undefined;
    if (id !== undefined && secret !== undefined) {
      return { id, secret, token, provider: token === undefined ? "static_ak" : "static_sts" };
    }
    const absent = id === undefined ? "alibabaAccessKeyId" : "alibabaAccessKeySecret";
    throw noCredentials(
      cloud,
      action,
      `${absent} is not set`,
      "AccessKey id and secret go together; set both or neither.",
    );
  }

  async #asked(cloud: string, action: string): Promise<Keys> {
    const chain = this.#proven ?? (await this.#chain());
    const model = await chain.getCredential().then(
      (answer) => modelSchema.safeParse(answer),
      () => undefined,
    );
    this.#proven = model?.success === true ? chain : undefined;
    if (model?.success !== true) throw await missing(cloud, action, this.#config.alibabaProfile, this.#env);
    const { accessKeyId: id, accessKeySecret: secret, securityToken, providerName: provider } = model.data;
    return { id, secret, token: securityToken === "" ? undefined : (securityToken ?? undefined), provider };
  }

  async #chain(): Promise<Chain> {
    const { alibabaProfile } = this.#config;
    const vendor = (await import("@alicloud/credentials")).default;
    if (alibabaProfile === undefined) return new vendor.default();
    return new vendor.default(
      null,
      vendor.CLIProfileCredentialsProvider.builder().withProfileName(alibabaProfile).build(),
    );
  }
}

/** Each key by the name under which its owner knows it. */
function found({ id, secret, token, provider }: Keys): (Found | undefined)[] {
  const place = (property: string, variable: string, what: string): string => {
    if (provider.startsWith("static_")) return property;
    return provider.endsWith("/env") ? `the environment variable ${variable}` : `the ${what} from ${provider}`;
  };
  return [
    { value: id, place: place("alibabaAccessKeyId", "ALIBABA_CLOUD_ACCESS_KEY_ID", "AccessKey id") },
    { value: secret, place: place("alibabaAccessKeySecret", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "AccessKey secret") },
    token === undefined
      ? undefined
      : { value: token, place: place("alibabaSecurityToken", "ALIBABA_CLOUD_SECURITY_TOKEN", "security token") },
  ];
}

async function missing(cloud: string, action: string, profile: string | undefined, env: World["env"]) {
  const problem = (await profileProblem(profile)) ?? (profile === undefined ? await otherProblem(env) : undefined);
  if (profile !== undefined) {
    const why = problem ?? "the service that it names gave none";
    const text = `profile ${profile} gave no credentials: ${why}`;
    return noCredentials(cloud, action, text, "Check alibabaProfile and ~/.aliyun/config.json.");
  }
  const text = problem === undefined ? "no credentials were found" : `no credentials were found; ${problem}`;
  return noCredentials(cloud, action, text, tried);
}

/** Of the links of the chain beside the CLI's file. */
async function otherProblem(env: World["env"]): Promise<string | undefined> {
  const keys = ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"];
  const file = env["ALIBABA_CLOUD_CREDENTIALS_FILE"] ?? path.join(homedir(), ".alibabacloud", "credentials");
  return (
    (await environmentProblem(env, [keys], ["ALIBABA_CLOUD_OIDC_TOKEN_FILE"])) ??
    iniProblem(file, env["ALIBABA_CLOUD_PROFILE"] ?? "default", ["type"])
  );
}

const tried =
  "Tried: provider configuration alibabaAccessKeyId and alibabaAccessKeySecret; " +
  "environment ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET; " +
  "OIDC (ALIBABA_CLOUD_ROLE_ARN, ALIBABA_CLOUD_OIDC_PROVIDER_ARN, ALIBABA_CLOUD_OIDC_TOKEN_FILE); " +
  "~/.aliyun/config.json and ~/.alibabacloud/credentials (profile ALIBABA_CLOUD_PROFILE); " +
  "the instance role (ALIBABA_CLOUD_ECS_METADATA); ALIBABA_CLOUD_CREDENTIALS_URI. Set one of them.";
