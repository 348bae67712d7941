import type { ButtonHTMLAttributes, Ref } from 'react';
import { Icon, type IconName } from './icon.tsx';

type Props = ButtonHTMLAttributes<HTMLButtonElement> & {
  kind?: 'primary' | 'plain' | 'quiet' | 'danger';
  icon?: IconName;
  keys?: string;
  ref?: Ref<HTMLButtonElement>;
};

export function Button({ kind = 'plain', icon, keys, className = '', children, ...rest }: Props) {
  return (
    <button type="button" className={`button ${kind} ${className}`} {...rest}>
      {icon && <Icon name={icon} />}
      {children && <span className="button-text">{children}</span>}
      {keys && (
        <span className="button-keys" aria-hidden="true">
          {keys}
        </span>
      )}
    </button>
  );
}

/** A button with an icon alone; `label` is its name and its tooltip. */
export function IconButton({ label, icon, keys, ...rest }: Props & { label: string; icon: IconName }) {
  return (
    <button
      type="button"
      {...rest}
      className={`icon-button ${rest.className ?? ''}`}
      aria-label={label}
      title={keys ? `${label} (${keys})` : label}
    >
      <Icon name={icon} />
    </button>
  );
}
