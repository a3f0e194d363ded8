/** What every bundle of the plugin has in common: the archive's, the executables' and the dynamic resources'. */

/** Where a package's CommonJS form is UMD, whose `require` no bundler sees: its form as an ES module. */
export const alias: Readonly<Record<string, string>> = { "jsonc-parser": "jsonc-parser/lib/esm/main.js" };
