import { Icon, type IconName } from './icon.tsx';

type Mark = 'pass' | 'fail' | 'skip' | 'error' | 'open' | 'busy';

const marks: Record<Mark, { icon: IconName | null; word: string }> = {
  pass: { icon: 'check', word: 'Passed' },
  fail: { icon: 'cross', word: 'Not yet' },
  skip: { icon: 'dash', word: 'Skipped' },
  error: { icon: 'bang', word: 'Could not be read' },
  open: { icon: null, word: 'Open' },
  busy: { icon: null, word: 'Being checked' },
};

/** ✓ ✗ – ! by shape and colour, and by word for those who do not see them. */
export function OutcomeMark({ mark }: { mark: Mark }) {
  const { icon, word } = marks[mark];
  return (
    <span className={`mark mark-${mark}`} role="img" aria-label={word} title={word}>
      {icon && <Icon name={icon} size={14} />}
    </span>
  );
}
