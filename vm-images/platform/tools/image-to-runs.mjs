// image-to-runs.mjs IMAGE: writes the run list of a sparse image to stdout. The format is described in ../README.md.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const blockSize = 4096;
const chunkBlocks = 4096;
const fd = openSync(process.argv[2]);
const blocks = fstatSync(fd).size / blockSize;
const zero = Buffer.alloc(chunkBlocks * blockSize);
const chunk = Buffer.alloc(chunkBlocks * blockSize);
const runs = [];
const data = [];

function keep(block, bytes) {
  const last = runs.at(-1);
  if (last && last[0] + last[1] === block) last[1]++;
  else runs.push([block, 1]);
  data.push(Buffer.from(bytes));
}

for (let first = 0; first < blocks; first += chunkBlocks) {
  const length = readSync(fd, chunk, 0, chunk.length, first * blockSize);
  if (chunk.compare(zero, 0, length, 0, length) === 0) continue;
  for (let at = 0; at < length; at += blockSize) {
    const bytes = chunk.subarray(at, at + blockSize);
    if (bytes.compare(zero, 0, blockSize) !== 0) keep(first + at / blockSize, bytes);
  }
}
closeSync(fd);
process.stdout.write(Buffer.concat([Buffer.from(`${JSON.stringify({ format: 'runs-1', blockSize, blocks, runs })}\n`), ...data]));
