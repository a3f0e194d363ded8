/** The object storage in which uploaded files lie: one for all tenants, with a view for each. */
import type { Random } from "../clock/random.ts";

/** What the control API does with it. */
export interface SharedStorage {
  /** The address of the upload listener (TLS), `host:port`. */
  readonly authority: string;
  read(key: string): Uint8Array | undefined;
  put(key: string, content: Uint8Array): void;
  /** What one tenant may do with it. */
  forTenant(random: Random): ObjectStorage;
}

/** What services may ask of it. */
export interface ObjectStorage {
  readonly authority: string;
  /** Allows one upload. */
  grant(): UploadGrant;
  /** The content behind a URL, if it lies here. */
  read(url: string): Uint8Array | undefined;
  /** What answers a GET of the URL, here or anywhere; undefined when nothing does. */
  fetch(url: string): Promise<Uint8Array | undefined>;
  /** Stores content for download and returns its URL. */
  publish(content: string): string;
}

export interface UploadGrant {
  readonly accessKeyId: string;
  readonly objectKey: string;
  readonly policy: string;
  readonly signature: string;
}
