// One line that says how far: redrawn in a terminal, every ten percent elsewhere.
const width = 28;

export function progressBar(title) {
  const terminal = process.stderr.isTTY;
  let lastShown = -1;
  const draw = (percent) => {
    const filled = Math.round((width * percent) / 100);
    process.stderr.write(
      `\r${title} [${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${String(percent).padStart(3)} %`,
    );
  };
  return {
    /** @param done Of `total`, in any unit. */
    update(done, total) {
      const percent = total > 0 ? Math.min(100, Math.floor((done / total) * 100)) : 0;
      if (percent === lastShown) return;
      if (terminal) draw(percent);
      else if (Math.floor(percent / 10) !== Math.floor(lastShown / 10))
        process.stderr.write(`${title}: ${percent} %\n`);
      lastShown = percent;
    },
    end() {
      if (terminal) process.stderr.write('\n');
    },
  };
}

/** For work of unknown length: seconds that run. @returns A function that stops it. */
export function elapsedLine(title) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  if (!process.stderr.isTTY) {
    process.stderr.write(`${title} …\n`);
    return () => undefined;
  }
  const timer = setInterval(() => process.stderr.write(`\r${title} … ${seconds()} s`), 500);
  return () => {
    clearInterval(timer);
    process.stderr.write(`\r${title} … ${seconds()} s\n`);
  };
}
