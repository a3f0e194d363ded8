/** Credentials of Tencent Cloud: explicit keys, the environment, else the links of the vendor's default chain, asked when a call needs them. */
import { homedir } from "node:os";
import path from "node:path";
import type { Credential, DynamicCredential } from "tencentcloud-sdk-nodejs-common";
import type { World } from "../../core/context.ts";
import { environmentProblem, iniProblem } from "../credential-files.ts";
import { noCredentials, refuseFlawed, type Found } from "../keys.ts";
import type { TencentConfig } from "./config.ts";

export interface Keys {
  readonly secretId: string;
  readonly secretKey: string;
  readonly token?: string;
}

/** The same token under the names of the SDKs, of Terraform's provider and of the CLI. */
const tokenVariables = ["TENCENTCLOUD_SESSION_TOKEN", "TENCENTCLOUD_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN"] as const;

export class TencentCredentials {
  readonly #config: TencentConfig;
  readonly #env: World["env"];
  #chain: readonly DynamicCredential[] | undefined;

  constructor(config: TencentConfig, env: World["env"]) {
    this.#config = config;
    this.#env = env;
  }

  /** Credentials that can sign right now. */
  async get(cloud: string, action: string): Promise<Keys> {
    const explicit = this.#explicit(cloud, action) ?? this.#environment(cloud, action);
    if (explicit !== undefined) return explicit;
    this.#chain ??= await this.#links();
    for (const link of this.#chain) {
      const found = await ask(link);
      if (found?.secretId && found.secretKey) {
        const { secretId, secretKey, token } = found;
        return checked(
          { secretId, secretKey, ...(token ? { token } : {}) },
          ["the SecretId", "the SecretKey", "the token"].map((what) => `${what} from the vendor's default chain`),
          cloud,
          action,
        );
      }
    }
    this.#chain = undefined;
    const problem = await problemIn(this.#env);
    const text = problem === undefined ? "no credentials were found" : `no credentials were found; ${problem}`;
    throw noCredentials(cloud, action, text, tried);
  }

  forget(): void {
    this.#chain = undefined;
  }

  #explicit(cloud: string, action: string): Keys | undefined {
    const { tencentSecretId: secretId, tencentSecretKey: secretKey, tencentToken: token } = this.#config;
    if (secretId === undefined && secretKey === undefined) return undefined;
    if (secretId === undefined || secretKey === undefined) {
      const absent = secretId === undefined ? "tencentSecretId" : "tencentSecretKey";
      const hint = "SecretId and SecretKey go together; set both or neither.";
      throw noCredentials(cloud, action, `${absent} is not set`, hint);
    }
    const keys = { secretId, secretKey, ...(token === undefined ? {} : { token }) };
    return checked(keys, ["tencentSecretId", "tencentSecretKey", "tencentToken"], cloud, action);
  }

  #environment(cloud: string, action: string): Keys | undefined {
    const env = this.#env;
    const { TENCENTCLOUD_SECRET_ID: secretId = "", TENCENTCLOUD_SECRET_KEY: secretKey = "" } = env;
    if (secretId === "" || secretKey === "") return undefined;
    const variable = tokenVariables.find((name) => (env[name] ?? "") !== "");
    const token = variable === undefined ? undefined : env[variable];
    const names = ["TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", variable ?? ""];
    return checked(
      { secretId, secretKey, ...(token === undefined ? {} : { token }) },
      names.map((name) => `the environment variable ${name}`),
      cloud,
      action,
    );
  }

  /** The vendor's providers renew by themselves, so the links are kept. */
  async #links(): Promise<readonly DynamicCredential[]> {
    // Its DefaultCredentialProvider prints the stack of each link that fails for the user to see.
    const vendor = (await import("tencentcloud-sdk-nodejs-common")).default;
    return [new vendor.ProfileCredential(), new vendor.CvmRoleCredential(), new vendor.OIDCRoleArnCredential()];
  }
}

function checked(keys: Keys, [id = "", key = "", token = ""]: readonly string[], cloud: string, action: string): Keys {
  const found: (Found | undefined)[] = [
    { value: keys.secretId, place: id },
    { value: keys.secretKey, place: key },
    keys.token === undefined ? undefined : { value: keys.token, place: token },
  ];
  refuseFlawed(found, cloud, action);
  return keys;
}

async function problemIn(env: World["env"]): Promise<string | undefined> {
  const keys = ["TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"];
  const file = path.join(homedir(), ".tencentcloud", "credentials");
  return (
    (await environmentProblem(env, [keys], ["TKE_WEB_IDENTITY_TOKEN_FILE"])) ??
    iniProblem(file, "default", ["secret_id", "secret_key"])
  );
}

async function ask(link: DynamicCredential): Promise<Credential | undefined> {
  try {
    return await link.getCredential();
  } catch {
    // What it says may quote files and answers; the sentence of the one who asks names them all.
    return undefined;
  }
}

const tried =
  "Tried: provider configuration tencentSecretId and tencentSecretKey; environment TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY; " +
  "~/.tencentcloud/credentials; the instance role; TKE identity (TKE_REGION, TKE_PROVIDER_ID, TKE_WEB_IDENTITY_TOKEN_FILE, TKE_ROLE_ARN). Set one of them.";
