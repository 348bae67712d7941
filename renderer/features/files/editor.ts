/** Monaco with what labs need: the editor, find, folding, and six plain languages. No language services, one worker. */
import 'monaco-editor/features/bracketMatching/register.js';
import 'monaco-editor/features/clipboard/register.js';
import 'monaco-editor/features/codeEditor/register.js';
import 'monaco-editor/features/comment/register.js';
import 'monaco-editor/features/cursorUndo/register.js';
import 'monaco-editor/features/find/register.js';
import 'monaco-editor/features/folding/register.js';
import 'monaco-editor/features/gotoLine/register.js';
import 'monaco-editor/features/indentation/register.js';
import 'monaco-editor/features/linesOperations/register.js';
import 'monaco-editor/features/multicursor/register.js';
import 'monaco-editor/features/toggleTabFocusMode/register.js';
import 'monaco-editor/features/unicodeHighlighter/register.js';
import 'monaco-editor/features/wordHighlighter/register.js';
import 'monaco-editor/features/wordOperations/register.js';
import 'monaco-editor/languages/definitions/ini/register.js';
import 'monaco-editor/languages/definitions/shell/register.js';
import 'monaco-editor/languages/definitions/xml/register.js';
import 'monaco-editor/languages/definitions/yaml/register.js';
import { editor, languages } from 'monaco-editor/editor/editor.api.js';
import EditorWorker from 'monaco-editor/editor/editor.worker.js?worker';
import { settings, terminalFont } from '../../app/settings.ts';
import { darkQuery } from '../terminal/terminal-themes.ts';

self.MonacoEnvironment = { getWorker: () => new EditorWorker() };

languages.register({ id: 'json', extensions: ['.json'] });
languages.setMonarchTokensProvider('json', {
  tokenizer: {
    root: [
      [/"(?:[^"\\]|\\.)*"(?=\s*:)/, 'type'],
      [/"(?:[^"\\]|\\.)*"/, 'string'],
      [/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/, 'number'],
      [/\b(?:true|false|null)\b/, 'keyword'],
    ],
  },
});

editor.defineTheme('bootbank-light', {
  base: 'vs',
  inherit: true,
  rules: [{ token: 'comment', foreground: '4a6b45' }],
  colors: {
    'editor.background': '#ffffff',
    'editor.foreground': '#1b1f27',
    'editorLineNumber.foreground': '#6a717e',
    'editorLineNumber.dimmedForeground': '#6a717e',
  },
});
editor.defineTheme('bootbank-dark', {
  base: 'vs-dark',
  inherit: true,
  rules: [{ token: 'comment', foreground: '8fb887' }],
  colors: {
    'editor.background': '#181a1f',
    'editor.foreground': '#dfe3ea',
    'editorLineNumber.foreground': '#8b93a1',
    'editorLineNumber.dimmedForeground': '#8b93a1',
  },
});

function applyTheme(): void {
  editor.setTheme(darkQuery.matches ? 'bootbank-dark' : 'bootbank-light');
}

applyTheme();
darkQuery.addEventListener('change', applyTheme);

export type TextModel = editor.ITextModel;

export function createModel(path: string, text: string): TextModel {
  return editor.createModel(text, languageOf(path, text));
}

export function createEditor(container: HTMLElement): editor.IStandaloneCodeEditor {
  return editor.create(container, {
    ...editorOptions(),
    automaticLayout: true,
    model: null,
    wordBasedSuggestions: 'off',
  });
}

export function editorOptions(): editor.IEditorOptions {
  const value = settings.get();
  return {
    fontFamily: terminalFont(value),
    fontSize: value.fontSize,
    fontLigatures: false,
    minimap: { enabled: false },
    scrollBeyondLastLine: false,
    renderLineHighlight: 'line',
    accessibilitySupport: value.screenReader ? 'on' : 'auto',
    contextmenu: false,
    lineNumbersMinChars: 3,
    padding: { top: 8, bottom: 8 },
    // Configuration of a host is kept as it is: tabs stay tabs.
    renderWhitespace: 'boundary',
    quickSuggestions: false,
  };
}

export function languageOf(path: string, text: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  if (/\.(sh|rc|profile)$/.test(name) || /^#!.*\b(sh|ash|bash)\b/.test(text)) return 'shell';
  if (/\.(xml|vmx|vmdk|vib)$/.test(name) || text.startsWith('<?xml')) return 'xml';
  if (/\.ya?ml$/.test(name)) return 'yaml';
  if (name.endsWith('.json')) return 'json';
  if (/\.(cfg|conf|ini|cnf)$/.test(name)) return 'ini';
  return 'plaintext';
}
