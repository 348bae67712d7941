import path from 'node:path';
import type { SparseDisk } from '../../main/vm/disk/sparse-disk.ts';
import { IMAGE_PRODUCT, productLine, serializeRelease } from '../userland/model/product.ts';
import { writeCpio } from './archive.ts';
import { compileBundles } from './compile.ts';
import { assembleDisk } from './disk.ts';
import { compressLz4Legacy } from './lz4.ts';
import { buildModules, directory, encode, file, IMAGE_TIME_SECONDS } from './modules.ts';
import { ARTIFACTS, readArtifact, type Sources } from './sources.ts';

/** The disk of an image as an installer would leave it: compiled, packed, never started. */
export async function buildDisk(sources: Sources, cacheDir: string, signal?: AbortSignal): Promise<SparseDisk> {
  const { root, recipe, bundles, commands } = sources;
  const { programs, applets } = await compileBundles(bundles, {
    root,
    cacheDir,
    artifacts: path.join(root, ARTIFACTS),
    bbjs: readArtifact(root, 'bbjs'),
    busybox: readArtifact(root, 'busybox'),
    signal,
  });
  const { version, build } = IMAGE_PRODUCT;
  const texts = { product: productLine(IMAGE_PRODUCT), release: serializeRelease(IMAGE_PRODUCT), version, build };
  return assembleDisk({
    recipe,
    version,
    build,
    modules: buildModules(recipe, { root, programs, applets, commands, texts }),
    kernel: readArtifact(root, 'bzImage'),
    initrd: packInitrd(root, programs),
    bootCode: readArtifact(root, 'mbr.bin'),
    bootVolume: readArtifact(root, 'syslinux-fat.img.gz'),
    datastoreRuns: readArtifact(root, 'datastore-ext4.runs.gz'),
  });
}

/** What runs before and beside the host: loader and agent. */
function packInitrd(root: string, programs: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const names = ['loader', 'agent'].filter((name) => programs.has(name));
  const cpio = writeCpio(
    [
      ...['bin', 'dev', 'esxi', 'proc', 'run', 'sys'].map(directory),
      file('bin/bbjs', readArtifact(root, 'bbjs'), 0o755),
      file('init', encode('#!/bin/bbjs /loader.qbc\n'), 0o755),
      ...names.map((name) => file(`${name}.qbc`, programs.get(name)!, 0o644)),
    ],
    IMAGE_TIME_SECONDS,
  );
  return compressLz4Legacy(cpio);
}
