/** The little of WebAssembly that we touch: Node's types leave it to the DOM library. */
declare namespace WebAssembly {
  interface Module {
    readonly compiled?: never;
  }
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  type Imports = Record<string, Record<string, unknown>>;
  type Exports = Record<string, unknown>;
  function compile(bytes: Uint8Array): Promise<Module>;
  function instantiate(module: Module, imports: Imports): Promise<{ exports: Exports }>;
}
