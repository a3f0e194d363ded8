/** The tests that are asked: those of the provider that take seconds, and need no process of their own. */
export const testFiles = [
  "provider/**/*.test.ts",
  "test/{triggers,stand-in,clouds,protocol}/**/*.test.ts",
  "test/pace/{budget,budget-services,domain-windows,estimate,hosts,looks,looks-services}.test.ts",
  "test/probe/*.test.ts",
  "test/mistakes/*.test.ts",
];
export const without = [
  "**/node_modules/**",
  "test/protocol/{dynamic,edgecache,example,observe,process,replay,start}.test.ts",
];
