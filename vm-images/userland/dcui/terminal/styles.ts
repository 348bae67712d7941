/**
 * The DCUI's few styles. A styled row is two strings of the same length: its characters, and one style letter for each.
 * Slicing and comparing strings is native speed in QuickJS; objects per cell would not be.
 */
export type Style = keyof typeof ansi;

/** SGR parameters on a terminal whose palette is its own business (com1, SSH). */
const ansi = {
  /** upper half: white on dark grey */ g: '0;37;100',
  /** upper half, product line */ G: '0;1;97;100',
  /** lower half: black on yellow */ y: '0;30;43',
  /** lower half, warnings */ w: '0;1;31;43',
  /** menu bar of the chosen entry */ s: '0;30;43',
  /** entry that cannot be chosen */ x: '0;90;100',
  /** dialog body */ d: '0;30;47',
  /** dialog body, greyed out */ q: '0;90;47',
  /** edge below and right of a dialog */ b: '0;30;40',
  /** dialog title */ t: '0;1;97;40',
  /** title of an error */ e: '0;1;97;41',
  /** chosen row of a dialog */ h: '0;1;97;100',
  /** input field */ f: '0;97;100',
  /** input field with the cursor */ F: '0;1;97;40',
  /** log viewer */ v: '0;37;40',
  /** search hit in the log viewer */ V: '0;30;43',
} as const;

/**
 * The Linux VT has eight background colours, so its palette is changed (`paletteOn`): blue becomes ESXi's dark grey,
 * brown its yellow.
 */
const linux: Record<Style, string> = {
  g: '0;37;44',
  G: '0;1;37;44',
  y: '0;30;43',
  w: '0;31;43',
  s: '0;30;43',
  x: '0;36;44',
  d: '0;30;47',
  q: '0;36;47',
  b: '0;30;40',
  t: '0;1;37;40',
  e: '0;1;37;41',
  h: '0;1;37;44',
  f: '0;1;37;44',
  F: '0;1;37;40',
  v: '0;37;40',
  V: '0;30;43',
};

export interface Look {
  sgr: Record<Style, string>;
  /** Sent when the DCUI takes the terminal, and when it gives it back. */
  open: string;
  close: string;
}

/** `ESC ] P n rrggbb` sets colour n of this VT, `ESC ] R` resets the palette. */
const paletteOn = '\x1b]P4404040\x1b]P3f5b82e\x1b]P1b01c1c\x1b]P6808080\x1b]P7d4d4d4';

/** @param term value of TERM: `linux` is the VGA console, all others are taken for an xterm. */
export function lookFor(term: string): Look {
  const clear = '\x1b[0m\x1b[2J\x1b[H';
  if (term === 'linux') return { sgr: linux, open: `${paletteOn}${clear}`, close: `\x1b]R\x1b[?25h${clear}` };
  return { sgr: ansi, open: `\x1b[?1049h${clear}`, close: `\x1b[?25h\x1b[0m\x1b[?1049l` };
}
