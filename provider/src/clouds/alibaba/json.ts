/**
 * JSON with exact ids. Alibaba Cloud answers some 64-bit ids as JSON numbers,
 * which JavaScript rounds above 2^53; here integers of 16 and more digits come
 * back as strings.
 */
export function parseExact(text: string): unknown {
  // A string is matched first, so digits inside one are never touched.
  return JSON.parse(
    text.replaceAll(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g, (token) =>
      token.startsWith('"') ? token : `"${token}"`,
    ),
  );
}
