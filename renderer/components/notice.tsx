import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

/** An empty or broken view: what happened, what was kept, the next step with one button. */
export function Notice(props: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  icon?: IconName;
  error?: boolean;
}) {
  return (
    <div className="notice" role={props.error ? 'alert' : 'status'}>
      {props.icon && (
        <span className={`notice-icon ${props.error ? 'bad' : ''}`}>
          <Icon name={props.icon} size={24} />
        </span>
      )}
      <h2>{props.title}</h2>
      {props.children && <div className="notice-text">{props.children}</div>}
      {props.action}
    </div>
  );
}

/** One line inside a view. */
export function Banner({
  kind,
  children,
  action,
}: {
  kind: 'info' | 'warn' | 'bad' | 'good';
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={`banner banner-${kind}`} role={kind === 'bad' ? 'alert' : 'status'}>
      <div className="banner-text">{children}</div>
      {action}
    </div>
  );
}
