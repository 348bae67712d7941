/** A bar that says how far; without a known end it says that it runs. */
export function Progress({ text, step, steps }: { text: string; step: number; steps: number }) {
  const known = steps > 0;
  const percent = known ? Math.min(100, Math.round((step / steps) * 100)) : undefined;
  return (
    <div className="progress">
      <div className="progress-text">
        <span>{text}</span>
        {known && <span className="muted">{percent} %</span>}
      </div>
      <div
        className={`progress-track ${known ? '' : 'unknown'}`}
        role="progressbar"
        aria-label={text}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
      >
        <div className="progress-fill" style={known ? { width: `${percent}%` } : undefined} />
      </div>
    </div>
  );
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
