/**
 * Credentials, found only when a call needs them: explicit keys, a named CLI
 * profile, else the vendor's default chain. A chain that found something is
 * kept, since it renews by itself; one that failed is thrown away, since it
 * would ask only its last link for ever after (credentials 2.4.7,
 * `providers/default.js`, `lastUsedProvider`).
 */
import type vendorCredentials from "@alicloud/credentials";
import { Fault } from "../../core/errors.ts";
import type { AlibabaConfig } from "./config.ts";

/** The package is CommonJS: its default export is one level down. */
export type Credential = vendorCredentials.default;

export class AlibabaCredentials {
  readonly #config: AlibabaConfig;
  #proven: Credential | undefined;

  constructor(config: AlibabaConfig) {
    this.#config = config;
  }

  /** Credentials that can sign right now. */
  async get(cloud: string, action: string): Promise<Credential> {
    const credential = this.#proven ?? (await this.#make(cloud, action));
    try {
      await credential.getCredential();
    } catch (error) {
      this.#proven = undefined;
      throw missing(cloud, action, this.#config, error);
    }
    this.#proven = credential;
    return credential;
  }

  /** The cloud refused them: the next call asks the chain anew. */
  forget(): void {
    this.#proven = undefined;
  }

  async #make(cloud: string, action: string): Promise<Credential> {
    const config = this.#config;
    const vendor = (await import("@alicloud/credentials")).default;
    if (config.alibabaAccessKeyId !== undefined || config.alibabaAccessKeySecret !== undefined) {
      if (config.alibabaAccessKeyId === undefined || config.alibabaAccessKeySecret === undefined) {
        const absent = config.alibabaAccessKeyId === undefined ? "alibabaAccessKeyId" : "alibabaAccessKeySecret";
        throw fault(cloud, action, `${absent} is not set`, "AccessKey id and secret go together; set both or neither.");
      }
      return new vendor.default(
        new vendor.Config({
          type: config.alibabaSecurityToken === undefined ? "access_key" : "sts",
          accessKeyId: config.alibabaAccessKeyId,
          accessKeySecret: config.alibabaAccessKeySecret,
          securityToken: config.alibabaSecurityToken,
        }),
      );
    }
    if (config.alibabaProfile !== undefined) {
      const profile = vendor.CLIProfileCredentialsProvider.builder().withProfileName(config.alibabaProfile).build();
      return new vendor.default(null, profile);
    }
    return new vendor.default();
  }
}

/** The vendor's text names links and variables, never values; still, only the links that spoke of variables are repeated. */
function missing(cloud: string, action: string, config: AlibabaConfig, error: unknown): Fault {
  if (config.alibabaProfile !== undefined) {
    const why = error instanceof Error ? error.message : String(error);
    return fault(
      cloud,
      action,
      `profile ${config.alibabaProfile} gave no credentials: ${why}`,
      "Check alibabaProfile and ~/.aliyun/config.json.",
    );
  }
  return fault(
    cloud,
    action,
    "no credentials were found",
    "Tried: provider configuration alibabaAccessKeyId and alibabaAccessKeySecret; " +
      "environment ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET; " +
      "OIDC (ALIBABA_CLOUD_ROLE_ARN, ALIBABA_CLOUD_OIDC_PROVIDER_ARN, ALIBABA_CLOUD_OIDC_TOKEN_FILE); " +
      "~/.aliyun/config.json and ~/.alibabacloud/credentials (profile ALIBABA_CLOUD_PROFILE); " +
      "the instance role (ALIBABA_CLOUD_ECS_METADATA); ALIBABA_CLOUD_CREDENTIALS_URI. Set one of them.",
  );
}

function fault(cloud: string, action: string, text: string, hint: string): Fault {
  return new Fault({ kind: "auth", cloud, action, code: "NoCredentials", text, hint });
}
