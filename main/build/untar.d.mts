export function untar(stream: AsyncIterable<Buffer>, place: (name: string) => string | null): Promise<void>;
export function below(folder: string, strip?: number): (name: string) => string | null;
