import type { ITheme } from '@xterm/xterm';

/** The sixteen colours of a VGA text screen (the standard DAC values). */
export const vgaTheme: ITheme = {
  background: '#000000',
  foreground: '#aaaaaa',
  cursor: '#aaaaaa',
  cursorAccent: '#000000',
  selectionBackground: '#5a6fb8',
  black: '#000000',
  red: '#aa0000',
  green: '#00aa00',
  yellow: '#aa5500',
  blue: '#0000aa',
  magenta: '#aa00aa',
  cyan: '#00aaaa',
  white: '#aaaaaa',
  brightBlack: '#555555',
  brightRed: '#ff5555',
  brightGreen: '#55ff55',
  brightYellow: '#ffff55',
  brightBlue: '#5555ff',
  brightMagenta: '#ff55ff',
  brightCyan: '#55ffff',
  brightWhite: '#ffffff',
};

const darkShell: ITheme = {
  background: '#181a1f',
  foreground: '#dfe3ea',
  cursor: '#8fa6ff',
  cursorAccent: '#181a1f',
  selectionBackground: '#39447a',
  black: '#4b515d',
  red: '#ff8a80',
  green: '#5fcf87',
  yellow: '#e5b454',
  blue: '#8fa6ff',
  magenta: '#d8a0f0',
  cyan: '#62c8d3',
  white: '#dfe3ea',
  brightBlack: '#8b93a1',
  brightRed: '#ffb0a8',
  brightGreen: '#8be3aa',
  brightYellow: '#f3cf85',
  brightBlue: '#b3c2ff',
  brightMagenta: '#e8c2f7',
  brightCyan: '#93dfe7',
  brightWhite: '#ffffff',
};

const lightShell: ITheme = {
  background: '#ffffff',
  foreground: '#1b1f27',
  cursor: '#3451c6',
  cursorAccent: '#ffffff',
  selectionBackground: '#cdd6f7',
  black: '#1b1f27',
  red: '#b3261e',
  green: '#17703a',
  yellow: '#7d5200',
  blue: '#2f4bb8',
  magenta: '#8a2f9c',
  cyan: '#0f6b75',
  white: '#6a717e',
  brightBlack: '#565d6b',
  brightRed: '#c9372d',
  brightGreen: '#1f7f45',
  brightYellow: '#8a5c00',
  brightBlue: '#3451c6',
  brightMagenta: '#9b3fae',
  brightCyan: '#177884',
  brightWhite: '#1b1f27',
};

export const darkQuery = window.matchMedia('(prefers-color-scheme: dark)');

export function shellTheme(): ITheme {
  return darkQuery.matches ? darkShell : lightShell;
}
