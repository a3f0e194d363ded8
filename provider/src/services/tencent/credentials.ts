/** Credentials of Tencent Cloud: explicit keys, else the vendor's default chain, asked when a call needs them. */
import type { DynamicCredential, Credential } from "tencentcloud-sdk-nodejs-common";
import { Fault } from "../../core/errors.ts";
import type { TencentConfig } from "./config.ts";

export class TencentCredentials {
  readonly #config: TencentConfig;
  #chain: DynamicCredential | undefined;

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
    this.#chain ??= new vendor.DefaultCredentialProvider();
    try {
      const found = await this.#chain.getCredential();
      if (found?.secretId && found.secretKey) return found;
    } catch {
      // What the links of the chain say is about files and hosts; the sentence below names them all.
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

function fault(action: string, text: string, hint: string): Fault {
  return new Fault({ kind: "auth", cloud: "EdgeOne", action, code: "NoCredentials", text, hint });
}
