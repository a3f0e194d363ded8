/**
 * JSON with exact ids. Alibaba Cloud answers some 64-bit ids as JSON numbers,
 * which JavaScript rounds above 2^53; here integers of 16 and more digits come
 * back as strings.
 */
export function parseExact(text: string): unknown {
  // A string is matched first, so digits inside one are never touched; what has begun is taken to its end, so that
  // nothing is looked at twice.
  const tokens = /"(?:[^"\\]|\\(?:[^]|$))*(?:"|$)|-?\d{16,}[\d.eE+-]*/g;
  return JSON.parse(text.replaceAll(tokens, (token) => (/^-?\d+$/.test(token) ? `"${token}"` : token)));
}
