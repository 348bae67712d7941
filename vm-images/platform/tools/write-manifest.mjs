// Writes ../manifest.json: each artifact's hash, licence and sources, and the hash of each input. build.sh ends with it.
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashInputs, platformFolder, sha256 } from './inputs.mjs';

const fromSource = (name) => `apt-get source ${name} (Debian; older versions: https://snapshot.debian.org)`;

/** Static programs contain the C library they were linked with. */
const glibc = { package: 'libc6-dev-i386', source: 'glibc', licence: 'LGPL-2.1-or-later' };
const libgcc = { package: 'lib32gcc-12-dev', source: 'gcc-12', licence: 'GPL-3.0-or-later WITH GCC-exception-3.1' };

const made = {
  bzImage: {
    licence: 'GPL-2.0-only',
    from: [{ package: 'linux-source-6.1', source: 'linux' }],
    patches: ['patches/kernel-quick-boot.patch'],
  },
  busybox: {
    licence: 'GPL-2.0-only',
    from: [{ package: 'busybox', source: 'busybox' }, glibc, libgcc],
    patches: ['patches/busybox-1-shell-log.patch', 'patches/busybox-2-run-own-applets.patch'],
  },
  bbjs: {
    licence: 'Apache-2.0 AND MIT AND Zlib AND LGPL-2.1-or-later',
    from: [
      { package: 'quickjs', source: 'quickjs', licence: 'MIT' },
      { package: 'zlib1g-dev', source: 'zlib', licence: 'Zlib' },
      { package: 'libcrypt-dev', source: 'libxcrypt', licence: 'LGPL-2.1-or-later' },
      glibc,
      libgcc,
    ],
    own: 'bbjs/',
    patches: ['patches/quickjs-event-loop.patch'],
  },
  bbclient: { licence: 'Apache-2.0', from: [], own: 'bbclient/' },
  iptables: { licence: 'GPL-2.0-or-later', from: [{ package: 'iptables', source: 'iptables' }, glibc, libgcc] },
  'bios.bin': { licence: 'LGPL-3.0-only', from: [{ package: 'seabios', source: 'seabios' }] },
  'vgabios.bin': { licence: 'LGPL-3.0-only', from: [{ package: 'seabios', source: 'seabios' }] },
  'mbr.bin': { licence: 'GPL-2.0-or-later', from: [{ package: 'syslinux-common', source: 'syslinux' }] },
  'syslinux-fat.img.gz': {
    licence: 'GPL-2.0-or-later',
    from: [
      { package: 'syslinux', source: 'syslinux' },
      { package: 'syslinux-common', source: 'syslinux' },
    ],
  },
  'datastore-ext4.runs.gz': { licence: 'CC0-1.0', from: [], note: 'an empty file system, made by mke2fs' },
};

const lock = readFileSync(join(platformFolder, 'sources.lock'), 'utf8')
  .split('\n')
  .filter((line) => line && !line.startsWith('#'))
  .map((line) => line.split(' '));

function lockedFiles(name) {
  const lines = lock.filter(([, pair]) => pair.split('=')[0].split(':')[0] === name);
  const version = lines[0]?.[1].slice(lines[0][1].indexOf('=') + 1);
  const files = lines.filter(([, , file]) => file).map(([, , file, hash]) => ({ file: file.replace(/^.*\//, ''), sha256: hash }));
  return files.length ? { version, files } : { version };
}

const describe = ({ source, ...entry }) => ({ ...entry, ...lockedFiles(entry.package), getSource: fromSource(source) });

function artifactEntry(name) {
  const data = readFileSync(join(platformFolder, 'artifacts', name));
  const { from, ...rest } = made[name];
  return { sha256: sha256(data), bytes: data.length, ...rest, madeFrom: from.map(describe) };
}

const names = readdirSync(join(platformFolder, 'artifacts')).sort();
const unknown = names.filter((name) => !made[name] || !statSync(join(platformFolder, 'artifacts', name)).isFile());
if (unknown.length) throw new Error(`artifacts/${unknown[0]}: write-manifest.mjs does not know where it comes from`);
const manifest = {
  note: 'Written by build.sh; compared by check.mjs. Licences: licences/README.md.',
  artifacts: Object.fromEntries(names.map((name) => [name, artifactEntry(name)])),
  inputs: hashInputs(),
};
writeFileSync(join(platformFolder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
