import { useEffect, useState } from 'react';

/** Up to this many steps are counted out; more are told in percent. */
const COUNTABLE_STEPS = 20;

/** A bar that says how far and, when a step takes long, for how long; without a known end it says that it runs. */
export function Progress({ text, step, steps }: { text: string; step: number; steps: number }) {
  const seconds = useSecondsOf(text);
  const known = steps > 0;
  const percent = known ? Math.min(100, Math.round((step / steps) * 100)) : undefined;
  return (
    <div className="progress">
      <div className="progress-text">
        <span>{text}</span>
        <span className="muted">
          {[seconds >= 5 ? `${seconds} s` : '', steps > 2 ? howFar(step, steps) : ''].filter(Boolean).join(' · ')}
        </span>
      </div>
      <div
        className={`progress-track ${known ? '' : 'unknown'}`}
        role="progressbar"
        aria-label={text}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
      >
        <div className="progress-fill" style={known ? { width: `${Math.max(2, percent ?? 0)}%` } : undefined} />
      </div>
    </div>
  );
}

/** `step` counts what is finished, so the running one is the next. */
function howFar(step: number, steps: number): string {
  if (steps > COUNTABLE_STEPS) return `${Math.min(100, Math.round((step / steps) * 100))} %`;
  return `${Math.min(step + 1, steps)} of ${steps}`;
}

/** How long the same text has been shown. */
function useSecondsOf(text: string): number {
  const [seconds, setSeconds] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another step starts its own clock
  useEffect(() => {
    setSeconds(0);
    const started = Date.now();
    const timer = setInterval(() => setSeconds(Math.floor((Date.now() - started) / 1000)), 1000);
    return () => clearInterval(timer);
  }, [text]);
  return seconds;
}

/** Points reached of those to be had. */
export function ScoreBar({ score, max }: { score: number; max: number }) {
  const percent = max > 0 ? Math.round((score / max) * 100) : 0;
  return (
    <span className="score-bar" aria-hidden="true">
      <span style={{ width: `${percent}%` }} />
    </span>
  );
}
