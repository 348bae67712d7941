import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isAppUrl, resolveAppFile } from '../../../../main/app/app-url.ts';

const folder = path.resolve('/opt/bootbank/renderer');
const inFolder = (name: string) => path.join(folder, name);

describe('files of the app protocol', () => {
  it('serves the page at the root and files by their path', () => {
    expect(resolveAppFile(folder, 'app://bootbank/')).toBe(inFolder('index.html'));
    expect(resolveAppFile(folder, 'app://bootbank/assets/index.js?v=1#x')).toBe(inFolder('assets/index.js'));
    expect(resolveAppFile(folder, 'app://bootbank/assets/a%20b.js')).toBe(inFolder('assets/a b.js'));
  });

  it.each([
    'app://bootbank/../secret',
    'app://bootbank/..%2f..%2fetc/passwd',
    'app://bootbank/%2e%2e/%2e%2e/etc/passwd',
    'app://bootbank/..%5c..%5csecret',
    'app://bootbank/a%00.js',
    'app://bootbank/%E0%A4%A',
    'app://elsewhere/index.html',
    'https://bootbank/index.html',
    'not an address',
  ])('refuses %s or keeps it inside the folder', (address) => {
    const file = resolveAppFile(folder, address);
    if (file !== null) expect(file.startsWith(folder + path.sep)).toBe(true);
    // Dot segments are taken out while the address is read; whatever else would leave is refused.
    if (!/\/(\.\.|%2e%2e)\//.test(address)) expect(file).toBeNull();
  });

  it('knows its own pages by the whole host, not by a prefix', () => {
    expect(isAppUrl('app://bootbank/')).toBe(true);
    expect(isAppUrl('app://bootbank.example/')).toBe(false);
    expect(isAppUrl('https://bootbank/')).toBe(false);
  });
});
