import path from 'node:path';

export const appOrigin = 'app://bootbank';

/** Whether an address is of the app itself. Not by `origin`: for schemes it does not know, Node says `null`. */
export function isAppUrl(address: string): boolean {
  return address === appOrigin || address.startsWith(`${appOrigin}/`);
}

/**
 * The file that a URL of the app protocol names.
 *
 * @returns null when the host is not ours, the path leaves the folder, or it can't be decoded.
 */
export function resolveAppFile(folder: string, address: string): string | null {
  try {
    const url = new URL(address);
    if (url.protocol !== 'app:' || url.host !== 'bootbank') return null;
    const name = decodeURIComponent(url.pathname);
    if (name.includes('\0') || name.includes('\\')) return null;
    const root = path.resolve(folder);
    const file = path.resolve(root, `.${name === '/' ? '/index.html' : name}`);
    return file.startsWith(root + path.sep) ? file : null;
  } catch {
    return null;
  }
}
