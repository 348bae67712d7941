/** Cells padded to fixed widths, as the older tools print: a cell wider than its column keeps one blank behind it. */
export function columns(widths: readonly number[], cells: readonly string[]): string {
  return cells
    .map((cell, index) => {
      const width = widths[index] ?? 0;
      return cell.length < width ? cell.padEnd(width) : `${cell} `;
    })
    .join('');
}

/** A tool's help: what it is, then options with their texts in one column. */
export function usage(
  head: string,
  options: readonly { usage: string; text?: string; unsupported?: string }[],
): string {
  const width = Math.min(44, Math.max(...options.map((one) => one.usage.length)) + 2);
  const lines = options.map((one) => {
    const note = one.unsupported === undefined ? '' : ` (not supported here: ${one.unsupported})`;
    return `  ${one.usage.padEnd(width)}${one.text ?? ''}${note}\n`;
  });
  return `${head}\n${lines.join('')}`;
}
