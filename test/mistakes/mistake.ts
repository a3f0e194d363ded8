/** A mistake that beginners make, as the tables beside this list them. */
import type { ControlClient } from "edgecache-emulator";

type Bag = Readonly<Record<string, unknown>>;

export interface Mistake {
  /** What the program or the person does. */
  readonly title: string;
  /** A resource's or a function's token, without the package; `config`: the provider's configuration. */
  readonly token: string;
  readonly program: Bag;
  /** Other settings of the provider than the emulator's. */
  readonly config?: Bag;
  /** Text of the file `list` that the program gives as an asset in this property. */
  readonly file?: readonly [property: string, content: string | Buffer];
  /** What the cloud does. */
  readonly fault?: Parameters<ControlClient["faults"]["add"]>[0];
  readonly limits?: Readonly<Record<string, number>>;
  /** Shown by preview already; else `up` is tried. Default: preview. */
  readonly in?: "preview" | "up";
  /** It is tried for some time. `up` may be anyway. */
  readonly waits?: true;
  /** What the message has to hold. */
  readonly names: RegExp;
}

export const siteId = "5407498413000";
export const www = "http://www.example.com";
export const esa = (more: Bag): Bag => ({ siteId, type: "file", contentHash: "v1", ...more });
export const one = (target: string, type = "file"): Bag => esa({ type, targets: [target] });
export const token = "esa:PurgeTrigger";
export const good = one(`${www}/a`);
