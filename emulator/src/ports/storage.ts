/** What services may ask of the object storage in which uploaded files lie. */
export interface UploadGrant {
  readonly accessKeyId: string;
  readonly objectKey: string;
  readonly policy: string;
  readonly signature: string;
}

export interface ObjectStorage {
  /** Allows one upload. */
  grant(): UploadGrant;
  /** The address of the upload listener (TLS), `host:port`. */
  readonly authority: string;
  /** The content behind a URL, if it lies here. */
  read(url: string): Uint8Array | undefined;
  /** What answers a GET of the URL, here or anywhere; undefined when nothing does. */
  fetch(url: string): Promise<Uint8Array | undefined>;
  /** Stores content for download and returns its URL. */
  publish(content: string): string;
}
