import { type ComponentProps, memo, useState } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import { invoke } from '../app/client.ts';
import { IconButton } from './button.tsx';

const components: Components = {
  a: ({ href, children }) => (
    <a
      href={href}
      onClick={(event) => {
        event.preventDefault();
        if (href) void invoke('app.openExternal', href);
      }}
    >
      {children}
    </a>
  ),
  pre: (props) => <CodeBlock {...props} />,
  // Labs bring no pictures from elsewhere; the words for one are enough.
  img: ({ alt }) => <em>{alt}</em>,
};

/** Text of a lab. HTML in it is shown as text. */
export const Markdown = memo(function Markdown({ text }: { text: string }) {
  return (
    <div className="markdown">
      <ReactMarkdown components={components}>{text}</ReactMarkdown>
    </div>
  );
});

function CodeBlock({ children }: ComponentProps<'pre'>) {
  const [copied, setCopied] = useState(false);
  const copy = (event: React.MouseEvent) => {
    const block = event.currentTarget.closest('.code-block')?.querySelector('pre');
    if (!block || !copyText(block.innerText.trimEnd())) return;
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <div className="code-block">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a block that scrolls sideways must be reachable by keyboard */}
      <pre tabIndex={0}>{children}</pre>
      <IconButton label={copied ? 'Copied' : 'Copy'} icon={copied ? 'check' : 'copy'} onClick={copy} />
    </div>
  );
}

/** Copies without the clipboard permission, which this app denies to every page, its own included. */
export function copyText(text: string): boolean {
  const put = (event: ClipboardEvent) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    event.clipboardData?.setData('text/plain', text);
  };
  document.addEventListener('copy', put, { capture: true, once: true });
  const done = document.execCommand('copy');
  document.removeEventListener('copy', put, { capture: true });
  return done;
}
