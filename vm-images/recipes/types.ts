/** An image as data. `{version}`, `{build}` and `{product}` in texts are filled in by the build. */
export interface ImageRecipe {
  readonly id: string;
  /** The module that boot.cfg names as kernel; it comes first and is not repeated among `modules=`. */
  readonly kernel: string;
  readonly kernelOptions: string;
  readonly title: string;
  readonly memoryMiB: number;
  readonly modules: readonly ModuleRecipe[];
  readonly vibs: readonly VibRecipe[];
}

export interface ModuleRecipe {
  /** Name in the bank, 8.3. */
  readonly file: string;
  readonly vib: string;
  readonly payload: string;
  readonly content: readonly ContentRecipe[];
}

export type ContentRecipe =
  | { readonly kind: 'directories'; readonly paths: readonly string[] }
  /** A file of vm-images/platform/artifacts. */
  | { readonly kind: 'artifact'; readonly name: string; readonly path: string; readonly mode: number }
  /** Bytecode of a guest program: see PROGRAMS in vm-images/build/bundle.ts. */
  | { readonly kind: 'program'; readonly name: string; readonly path: string }
  /** A folder of `files/` beside the recipe, as it is; scripts are found by their first two bytes. */
  | { readonly kind: 'tree'; readonly folder: string }
  /** A file of the project, as it is. */
  | { readonly kind: 'source'; readonly file: string; readonly path: string }
  | { readonly kind: 'text'; readonly path: string; readonly text: string }
  | { readonly kind: 'script'; readonly path: string; readonly interpreter: string }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  | { readonly kind: 'links'; readonly target: string; readonly folder: string; readonly names: readonly string[] }
  /** A link for each command that hostd answers, instead of a busybox applet of that name. */
  | { readonly kind: 'commands'; readonly folder: string; readonly target: string };

export interface VibRecipe {
  readonly name: string;
  readonly version: string;
  readonly summary: string;
  readonly description: string;
  readonly maintenanceModeRequired: boolean;
  readonly liveInstallAllowed: boolean;
  readonly liveRemoveAllowed: boolean;
  readonly depends: readonly { name: string; relation?: string; version?: string }[];
  readonly provides: readonly { name: string; relation?: string; version?: string }[];
}
