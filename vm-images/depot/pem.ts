/** @see RFC 7468 */
export function pemOf(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/** @throws Error when there is no such block. */
export function derOf(label: string, pem: string): Uint8Array {
  const body = new RegExp(`-----BEGIN ${label}-----([\\s\\S]*?)-----END ${label}-----`).exec(pem)?.[1];
  if (body === undefined) throw new Error(`no ${label} in PEM form`);
  return new Uint8Array(Buffer.from(body, 'base64'));
}
