import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { protocol } from 'electron';
import { resolveAppFile } from './app-url.ts';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ttf': 'font/ttf',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

/** Style elements and attributes are made at run time by the terminal and the editor, so styles alone may be inline. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "worker-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Must run before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the built window from `folder` and nothing else on this computer. */
export function serveApp(folder: string): void {
  protocol.handle('app', async (request) => {
    const file = request.method === 'GET' ? resolveAppFile(folder, request.url) : null;
    if (file === null) return new Response('Not found', { status: 404, headers: headers('.txt') });
    try {
      return new Response(new Uint8Array(await readFile(file)), { headers: headers(path.extname(file)) });
    } catch {
      return new Response('Not found', { status: 404, headers: headers('.txt') });
    }
  });
}

function headers(extension: string): Record<string, string> {
  return {
    'Content-Type': types[extension] ?? 'application/octet-stream',
    'Content-Security-Policy': contentSecurityPolicy,
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-cache',
  };
}
