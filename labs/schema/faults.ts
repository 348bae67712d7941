/** Faults by kind: what breaks a boot bank, as shell commands for the host. */
import { z } from 'zod';

const bank = z
  .enum(['active', 'other'])
  .default('other')
  .describe('The bank the host runs from, or the one an update was written to.');
const bankFile = z
  .string()
  .regex(/^(?:[a-z0-9_-]{1,8}\.[a-z0-9]{1,3}|\{\{\w+\}\})$/, 'is the name of a file in a bank: "s.v00", or a variable');

/** What a fault does, when no shell commands of its own say it. */
export const faultKinds = {
  'damaged-module': z.strictObject({ bank, module: bankFile.describe('A block in its middle is overwritten.') }),
  'full-bank': z.strictObject({
    bank,
    freeKiB: z.int().min(0).max(100_000).default(64).describe('What is left.'),
    file: bankFile.default('logs.tgz').describe('What takes up the room.'),
  }),
  'interrupted-first-boot': z
    .strictObject({ bank })
    .describe('As if the power had gone during the first start of the bank.'),
  'wrong-counter': z.strictObject({
    bank,
    updated: z.int().min(0).max(999_999_999).describe('What its boot.cfg says then.'),
  }),
  'hanging-start': z.strictObject({
    bank,
    service: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,7}$/, 'has small letters, digits and hyphens, 8 at most')
      .default('probe-hw')
      .describe('A start-up script of that name that never ends.'),
  }),
} as const;
export type FaultKind = keyof typeof faultKinds;
export type FaultArgs = { [K in FaultKind]: { kind: K } & z.infer<(typeof faultKinds)[K]> }[FaultKind];

/** The shell commands of a fault by kind: they fail when there is nothing to break. */
export function faultCommand(fault: FaultArgs): string {
  const folder = fault.bank === 'active' ? '/bootbank' : '/altbootbank';
  switch (fault.kind) {
    case 'damaged-module':
      return lines(
        `f=${folder}/${fault.module}`,
        'size=$(stat -c %s "$f")',
        `printf 'Overwritten by something else.' | dd of="$f" bs=512 seek=$((size / 1024)) conv=notrunc 2>/dev/null`,
        'sync',
      );
    case 'full-bank':
      return lines(
        `free=$(df -k ${folder}/. | tail -n 1 | awk '{ print $(NF - 2) }')`,
        `count=$((free > ${fault.freeKiB} ? free - ${fault.freeKiB} : 0))`,
        `volume=$(readlink ${folder})`,
        // A bank's mount is synchronous: cluster by cluster this would take many minutes.
        'mount -o remount,async "$volume"',
        `{ dd if=/dev/zero bs=64k count=$((count / 64)); dd if=/dev/zero bs=1k count=$((count % 64)); } > ${folder}/${fault.file} 2>/dev/null`,
        'sync',
        'mount -o remount,sync "$volume"',
      );
    case 'interrupted-first-boot':
      return setKey(folder, 'bootstate', 2);
    case 'wrong-counter':
      return setKey(folder, 'updated', fault.updated);
    case 'hanging-start':
      return hangingStart(folder, fault.service);
  }
}

function setKey(folder: string, key: string, value: number): string {
  return lines(
    `text=$(sed 's/^${key}=.*/${key}=${value}/' ${folder}/boot.cfg)`,
    `printf '%s\\n' "$text" | grep -q '^${key}=${value}$'`,
    `printf '%s\\n' "$text" > ${folder}/boot.cfg`,
    'sync',
  );
}

/** A module of the image with the script, entered where the loader looks up what belongs to the image. */
function hangingStart(folder: string, service: string): string {
  const module = `${service}.v00`;
  return lines(
    'd=$(mktemp -d)',
    'mkdir -p "$d/module/etc/init.d" "$d/image"',
    `printf '#!/bin/sh\\n# chkconfig: on 99 01\\n[ "$1" != start ] || while :; do sleep 3600; done\\n' > "$d/module/etc/init.d/${service}"`,
    `chmod 755 "$d/module/etc/init.d/${service}"`,
    `tar -cf - -C "$d/module" etc | gzip > ${folder}/${module}`,
    `sums=$(tail -c 8 ${folder}/${module} | hexdump -v -e '1/4 "%08x " 1/4 "%u\\n"')`,
    `tar -xzf ${folder}/imgdb.tgz -C "$d/image"`,
    `echo "${module} $sums" >> "$d/image/var/db/esximg/payloads"`,
    `tar -cf - -C "$d/image" var | gzip > ${folder}/imgdb.tgz`,
    `text=$(sed 's/^\\(modules=.*\\) --- imgdb.tgz/\\1 --- ${module} --- imgdb.tgz/' ${folder}/boot.cfg)`,
    `printf '%s\\n' "$text" > ${folder}/boot.cfg`,
    'rm -rf "$d"',
    'sync',
  );
}

function lines(...commands: readonly string[]): string {
  return ['set -e', ...commands].join('\n');
}
