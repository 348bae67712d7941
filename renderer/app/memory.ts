/** Small things the window remembers between runs: sizes, folds, the last task. Losing them costs nothing. */
export function remember(name: string, value: unknown): void {
  try {
    localStorage.setItem(`bootbank.${name}`, JSON.stringify(value));
  } catch {
    // A full or forbidden store only costs comfort.
  }
}

export function recall<T>(name: string, usual: T): T {
  try {
    const text = localStorage.getItem(`bootbank.${name}`);
    return text === null ? usual : (JSON.parse(text) as T);
  } catch {
    return usual;
  }
}

export function forgetAll(): void {
  for (const name of Object.keys(localStorage)) if (name.startsWith('bootbank.')) localStorage.removeItem(name);
}
