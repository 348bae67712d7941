const encoder = new TextEncoder();

/** Text as UTF-8 bytes in a Latin-1 string, as the session API carries bytes. */
export function latin1Of(text: string): string {
  let result = '';
  for (const byte of encoder.encode(text)) result += String.fromCharCode(byte);
  return result;
}

export function bytesOf(latin1: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(latin1.length);
  for (let i = 0; i < latin1.length; i++) bytes[i] = latin1.charCodeAt(i);
  return bytes;
}
