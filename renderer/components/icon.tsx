/** Icons on a 16 px grid, drawn with one stroke width; they take the colour of the text beside them. */
const paths = {
  check: 'M3 8.5l3.2 3.2L13 4.8',
  cross: 'M4 4l8 8M12 4l-8 8',
  dash: 'M3.5 8h9',
  bang: 'M8 3v6.5M8 12.4v.2',
  'chevron-right': 'M6 3.5L10.5 8 6 12.5',
  'chevron-down': 'M3.5 6L8 10.5 12.5 6',
  'arrow-left': 'M13 8H3M7 4L3 8l4 4',
  'arrow-right': 'M3 8h10M9 4l4 4-4 4',
  power: 'M8 2v5M4.8 4.2a5 5 0 1 0 6.4 0',
  reset: 'M3 8a5 5 0 1 0 1.6-3.7M3 2.8v2.7h2.7',
  split: 'M2 3h12v10H2zM8 3v10',
  plus: 'M8 3v10M3 8h10',
  folder: 'M2 4h4l1.5 1.5H14V13H2z',
  file: 'M4 2h5l3 3v9H4zM9 2v3h3',
  link: 'M6.5 9.5l3-3M7 4.5l1.2-1.2a2.6 2.6 0 0 1 3.6 3.6L10.5 8.2M9 11.5l-1.2 1.2a2.6 2.6 0 0 1-3.6-3.6L5.5 7.8',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3L14 14',
  settings: 'M3 4.5h6M12 4.5h1M3 8h1M7 8h6M3 11.5h5M11 11.5h2M10.5 3v3M5.5 6.5v3M9.5 10v3',
  keyboard: 'M1.5 4h13v8h-13zM4 6.5h.2M6.5 6.5h.2M9 6.5h.2M11.5 6.5h.2M4.5 9.5h7',
  shell: 'M3 4l4 4-4 4M8.5 12H13',
  console: 'M2 3h12v8H2zM6 13.5h4',
  serial: 'M1.5 5h13l-2 6h-9zM5 8h.2M8 8h.2M11 8h.2',
  'panel-bottom': 'M2 3h12v10H2zM2 9.5h12',
  'panel-left': 'M2 3h12v10H2zM6 3v10',
  play: 'M5 3l7.5 5L5 13z',
  more: 'M3 7.5a.5.5 0 1 0 0 1 .5.5 0 0 0 0-1zM8 7.5a.5.5 0 1 0 0 1 .5.5 0 0 0 0-1zM13 7.5a.5.5 0 1 0 0 1 .5.5 0 0 0 0-1z',
  hint: 'M8 2a4 4 0 0 0-2.3 7.3V11h4.6V9.3A4 4 0 0 0 8 2zM6.2 13.5h3.6',
  copy: 'M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1',
  host: 'M2 3h12v4H2zM2 9h12v4H2zM4.5 5h.2M4.5 11h.2',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  );
}

/** Two banks, one chosen. */
export function Logo({ size = 20 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" aria-hidden="true">
      <rect x="2" y="3" width="16" height="6" rx="1.5" fill="var(--accent)" />
      <rect x="2.75" y="11.75" width="14.5" height="4.5" rx="1" fill="none" stroke="var(--accent)" strokeWidth="1.5" />
      <circle cx="5.5" cy="6" r="1" fill="var(--bg)" />
      <circle cx="5.5" cy="14" r="1" fill="var(--accent)" />
    </svg>
  );
}
