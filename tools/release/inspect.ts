/**
 * What an executable is: for which platform, and which single-executable application Node will find in it. The same
 * places that Node looks in (postject-api.h): a note in ELF, a section in Mach-O, a resource in PE.
 */
export interface Executable {
  /** As targets are named. */
  readonly platform: string;
  /** Node asks this byte before it looks for an application. */
  readonly isFused: boolean;
  /** The application, as Node gets it. */
  readonly application?: Buffer;
}

const fuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:";
const name = "NODE_SEA_BLOB";
const blobMagic = 0x143da20;

export function inspect(file: Buffer): Executable {
  const format = formats.find(({ magic }) => magic.equals(file.subarray(0, magic.length)));
  if (format === undefined) throw new Error("neither ELF nor Mach-O nor PE");
  const { system, machine, find } = format;
  const arch = machine(file);
  const at = file.indexOf(fuse);
  const application = find(file);
  if (application !== undefined && application.readUInt32LE(0) !== blobMagic) throw new Error(`${name} is not Node's`);
  return {
    platform: `${system}-${arch ?? "unknown"}`,
    isFused: at >= 0 && file[at + fuse.length] === "1".charCodeAt(0),
    ...(application === undefined ? {} : { application }),
  };
}

/** Why `file` would not run `scripts` on `platform`; undefined if nothing speaks against it. */
export function whyNotRun(file: Buffer, platform: string, scripts: readonly string[]): string | undefined {
  const found = inspect(file);
  if (found.platform !== platform) return `it is for ${found.platform}`;
  if (!found.isFused) return "Node's fuse says that there is no application in it";
  if (found.application === undefined) return `there is no ${name} where Node looks for it`;
  const { application } = found;
  return scripts.every((script) => application.includes(script)) ? undefined : "the application lacks a script";
}

interface Format {
  readonly magic: Buffer;
  readonly system: string;
  readonly machine: (file: Buffer) => string | undefined;
  readonly find: (file: Buffer) => Buffer | undefined;
}

const formats: readonly Format[] = [
  {
    magic: Buffer.from("\x7fELF\x02\x01", "latin1"),
    system: "linux",
    machine: (file) => ({ 62: "amd64", 183: "arm64" })[file.readUInt16LE(18)],
    find: findNote,
  },
  {
    magic: Buffer.from("cffaedfe", "hex"),
    system: "darwin",
    machine: (file) => ({ 0x01000007: "amd64", 0x0100000c: "arm64" })[file.readUInt32LE(4)],
    find: findSection,
  },
  {
    magic: Buffer.from("MZ"),
    system: "windows",
    machine: (file) => ({ 0x8664: "amd64", 0xaa64: "arm64" })[file.readUInt16LE(file.readUInt32LE(60) + 4)],
    find: findResource,
  },
];

/** ELF: the note of this name in a PT_NOTE segment. */
function findNote(file: Buffer): Buffer | undefined {
  const [table, size, count] = [Number(file.readBigUInt64LE(32)), file.readUInt16LE(54), file.readUInt16LE(56)];
  for (let header = table; header < table + size * count; header += size) {
    if (file.readUInt32LE(header) !== 4) continue;
    const start = Number(file.readBigUInt64LE(header + 8));
    const end = start + Number(file.readBigUInt64LE(header + 32));
    for (let note = start; note < end;) {
      const [nameSize, contentSize] = [file.readUInt32LE(note), file.readUInt32LE(note + 4)];
      const content = note + 12 + aligned(nameSize);
      if (file.toString("latin1", note + 12, note + 12 + nameSize).replace(/\0$/, "") === name) {
        return file.subarray(content, content + contentSize);
      }
      note = content + aligned(contentSize);
    }
  }
  return undefined;
}

/** Mach-O: the section of this name in the segment NODE_SEA. */
function findSection(file: Buffer): Buffer | undefined {
  const count = file.readUInt32LE(16);
  for (let index = 0, command = 32; index < count; index++, command += file.readUInt32LE(command + 4)) {
    if (file.readUInt32LE(command) !== 0x19 || text(file, command + 8, 16) !== "NODE_SEA") continue;
    const sections = file.readUInt32LE(command + 64);
    for (let section = command + 72; section < command + 72 + 80 * sections; section += 80) {
      if (text(file, section, 16) !== `__${name}`) continue;
      const start = file.readUInt32LE(section + 48);
      return file.subarray(start, start + Number(file.readBigUInt64LE(section + 40)));
    }
  }
  return undefined;
}

/** PE: the resource of this name among RT_RCDATA, in any language. */
function findResource(file: Buffer): Buffer | undefined {
  const pe = file.readUInt32LE(60);
  // The directory says which of the sections named .rsrc counts: putting something in adds a second one.
  const address = file.readUInt32LE(pe + 24 + 112 + 8 * 2);
  const table = pe + 24 + file.readUInt16LE(pe + 20);
  const sections = Array.from({ length: file.readUInt16LE(pe + 6) }, (_, index) => table + 40 * index);
  const section = sections.find((each) => file.readUInt32LE(each + 12) === address);
  if (section === undefined) return undefined;
  const root = file.readUInt32LE(section + 20);
  const child = (directory: number, wanted: (key: number) => boolean): number | undefined => {
    const entries = file.readUInt16LE(directory + 12) + file.readUInt16LE(directory + 14);
    for (let entry = directory + 16; entry < directory + 16 + 8 * entries; entry += 8) {
      if (wanted(file.readUInt32LE(entry))) return root + (file.readUInt32LE(entry + 4) & 0x7fffffff);
    }
    return undefined;
  };
  const isNamed = (key: number): boolean => {
    const at = root + (key & 0x7fffffff);
    return key >= 0x80000000 && file.toString("utf16le", at + 2, at + 2 + 2 * file.readUInt16LE(at)) === name;
  };
  const rcdata = child(root, (key) => key === 10);
  const resource = rcdata && child(rcdata, isNamed);
  const data = resource && child(resource, () => true);
  if (!data) return undefined;
  const start = file.readUInt32LE(data) - address + root;
  return file.subarray(start, start + file.readUInt32LE(data + 4));
}

function aligned(size: number): number {
  return Math.ceil(size / 4) * 4;
}

function text(file: Buffer, at: number, length: number): string {
  return file.toString("latin1", at, at + length).replace(/\0.*$/, "");
}
