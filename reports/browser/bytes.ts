/** The bytes behind base64 text, inflated where they were deflated. */
export async function bytesOf(base64: string, encoding: "plain" | "deflate"): Promise<Uint8Array> {
  const packed = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  if (encoding === "plain") return packed;
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
