/** Which proxy a request takes, from the environment alone. */
import { expect, test } from "vitest";
import { nameOf, proxyFor, type Environment } from "../../provider/src/core/network/proxies.ts";

const esa = "https://esa.cn-hangzhou.aliyuncs.com/";
const plain = "http://esa.cn-hangzhou.aliyuncs.com/";

function chosen(url: string, env: Environment): string | undefined {
  const route = proxyFor(new URL(url), env);
  return route && nameOf(route);
}

const proxy = "http://proxy.test:3128";

test.each<[string, Environment, string | undefined]>([
  [esa, {}, undefined],
  [esa, { HTTPS_PROXY: proxy }, proxy],
  [esa, { https_proxy: proxy }, proxy],
  [esa, { https_proxy: proxy, HTTPS_PROXY: "http://other.test:1" }, proxy],
  [esa, { HTTP_PROXY: proxy, http_proxy: proxy }, undefined],
  [plain, { HTTP_PROXY: proxy }, proxy],
  [plain, { http_proxy: proxy }, proxy],
  [plain, { HTTPS_PROXY: proxy }, undefined],
  [esa, { ALL_PROXY: proxy }, proxy],
  [plain, { all_proxy: proxy }, proxy],
  [esa, { ALL_PROXY: "http://other.test:1", HTTPS_PROXY: proxy }, proxy],
  [esa, { HTTPS_PROXY: "", ALL_PROXY: proxy }, proxy],
  [esa, { HTTPS_PROXY: "proxy.test:3128" }, proxy],
  [esa, { HTTPS_PROXY: " http://proxy.test:3128\n" }, proxy],
  [esa, { HTTPS_PROXY: "http://user:secret@proxy.test:3128" }, proxy],
  [esa, { HTTPS_PROXY: "https://proxy.test" }, "https://proxy.test"],
  [esa, { ALL_PROXY: "socks5://proxy.test:1080" }, "socks5://proxy.test:1080"],
  [esa, { ALL_PROXY: "socks5h://[::1]:1080" }, "socks5h://[::1]:1080"],
])("%s with %j: %s", (url, env, expected) => {
  expect(chosen(url, env)).toBe(expected);
});

test.each<[string, string, boolean]>([
  [esa, "*", true],
  [esa, "esa.cn-hangzhou.aliyuncs.com", true],
  [esa, "ESA.CN-HANGZHOU.ALIYUNCS.COM", true],
  [esa, "aliyuncs.com", true],
  [esa, ".aliyuncs.com", true],
  [esa, "*.aliyuncs.com", true],
  [esa, "a.test, aliyuncs.com ,b.test", true],
  [esa, "a.test aliyuncs.com", true],
  [esa, "aliyuncs.com:443", true],
  [plain, "aliyuncs.com:80", true],
  [esa, "aliyuncs.com:8443", false],
  [esa, "yuncs.com", false],
  [esa, "cn-hangzhou.aliyuncs.com.test", false],
  [esa, "esa.cn-hangzhou", false],
  [esa, "", false],
  [esa, " , ", false],
  ["https://10.1.2.3/", "10.0.0.0/8", true],
  ["https://10.1.2.3/", "10.1.2.3", true],
  ["https://11.1.2.3/", "10.0.0.0/8", false],
  ["https://11.1.2.3/", "2.3", false],
  ["https://10.1.2.3/", "10.0.0.0/99", false],
  ["https://[fd00::7]/", "fd00::/8", true],
  ["https://[fd00::7]/", "fd00::7", true],
  ["https://[fd00::7]:8443/", "[fd00::7]:8443", true],
  ["https://[fd00::7]:8443/", "[fd00::7]:443", false],
  ["https://[fd00::7]/", "FD00:0:0::7", true],
  ["https://[fd00::7]/", "[fd00::]/8", true],
  ["https://[::ffff:10.1.2.3]/", "10.1.2.3", true],
  [esa, "aliyuncs.com.", true],
  ["https://esa.aliyuncs.com./", "aliyuncs.com", true],
  [esa, "*aliyuncs.com", true],
  [esa, "*.test", false],
  ["https://10.1.2.3/", "*2.3", false],
  [esa, ".", false],
])("%s with NO_PROXY=%j is direct: %s", (url, noProxy, direct) => {
  const proxies = { HTTPS_PROXY: proxy, HTTP_PROXY: proxy };
  for (const env of [{ NO_PROXY: noProxy }, { no_proxy: noProxy }, { NO_PROXY: noProxy, no_proxy: "" }]) {
    expect(chosen(url, { ...proxies, ...env })).toBe(direct ? undefined : proxy);
  }
});

test.each([
  "http://127.0.0.1:8787",
  "http://localhost:8787",
  "http://esa.localhost",
  "https://[::1]:8787",
  "http://127.9.9.9",
  "http://localhost.",
  "http://[::ffff:127.0.0.1]:8787",
])("%s is this machine: direct, unless NO_PROXY says otherwise", (url) => {
  const env = { HTTPS_PROXY: proxy, HTTP_PROXY: proxy };
  expect(chosen(url, env)).toBeUndefined();
  expect(chosen(url, { ...env, NO_PROXY: "<-loopback>" })).toBe(proxy);
  expect(chosen(url, { ...env, NO_PROXY: `<-loopback>,${new URL(url).hostname}` })).toBeUndefined();
});

test.each(["http://", "://proxy", "ftp://proxy.test", "http://user:pass word@", "http://proxy.test:port"])(
  "HTTPS_PROXY=%s is refused by its name, without its value",
  (value) => {
    expect(() => chosen(esa, { HTTPS_PROXY: value })).toThrow(
      "HTTPS_PROXY is no URL of a proxy. Write it as http://host:port, https://host:port or socks5://host:port.",
    );
  },
);
