/** Credentials of Tencent Cloud: explicit keys, else the vendor's default chain, asked when a call needs them. */
import type { DynamicCredential, Credential } from "tencentcloud-sdk-nodejs-common";
import { Fault } from "../../core/errors.ts";
import type { TencentConfig } from "./config.ts";

export class TencentCredentials {
  readonly #config: TencentConfig;
  #chain: readonly DynamicCredential[] | undefined;

  constructor(config: TencentConfig) {
    this.#config = config;
  }

  async get(action: string): Promise<Credential> {
    const { tencentSecretId: secretId, tencentSecretKey: secretKey, tencentToken: token } = this.#config;
    if (secretId !== undefined && secretKey !== undefined) {
      return { secretId, secretKey, ...(token === undefined ? {} : { token }) };
    }
    if (secretId !== undefined || secretKey !== undefined) {
      const absent = secretId === undefined ? "tencentSecretId" : "tencentSecretKey";
      throw fault(action, `${absent} is not set`, "SecretId and SecretKey go together; set both or neither.");
    }
    // The vendor's providers renew by themselves, so the chain is kept.
    const vendor = (await import("tencentcloud-sdk-nodejs-common")).default;
    // The links of its DefaultCredentialProvider, which prints the stack of each that fails for the user to see.
    this.#chain ??= [
      new vendor.EnvironmentVariableCredential(),
      new vendor.ProfileCredential(),
      new vendor.CvmRoleCredential(),
      new vendor.OIDCRoleArnCredential(),
    ];
    for (const link of this.#chain) {
      const found = await ask(link);
      if (found?.secretId && found.secretKey) return found;
    }
    this.#chain = undefined;
    throw fault(
      action,
      "no credentials were found",
      "Tried: provider configuration tencentSecretId and tencentSecretKey; environment TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY; " +
        "~/.tencentcloud/credentials; the instance role; TKE identity (TKE_REGION, TKE_PROVIDER_ID, TKE_WEB_IDENTITY_TOKEN_FILE, TKE_ROLE_ARN). Set one of them.",
    );
  }

  forget(): void {
    this.#chain = undefined;
  }
}

async function ask(link: DynamicCredential): Promise<Credential | undefined> {
  try {
    return await link.getCredential();
  } catch {
    // What it says is about files and hosts; the sentence of the one who asks names them all.
    return undefined;
  }
}

function fault(action: string, text: string, hint: string): Fault {
  return new Fault({ kind: "auth", cloud: "EdgeOne", action, code: "NoCredentials", text, hint });
}
