import type { ReactNode } from 'react';
import css from './Mark.module.css';

/** The states of executions and the outcomes of calls, as the API names them. */
export type State =
  | 'queued'
  | 'running'
  | 'waiting'
  | 'succeeded'
  | 'failed'
  | 'aborted'
  | 'canceled'
  | 'accepted'
  | 'repeat'
  | 'filtered'
  | 'handshake'
  | 'rejected'
  | 'unmatched';

type Tone = 'ok' | 'run' | 'wait' | 'fail' | 'deny' | 'off';

const octagon = <path d="M4.4.8h5.2L13.2 4.4v5.2l-3.6 3.6H4.4L.8 9.6V4.4z" fill="currentColor" />;
const disc = <circle cx="7" cy="7" r="6.5" fill="currentColor" />;
const bar = <path d="M4.3 7h5.4" className={css.on} />;
const tick = <path d="M4.2 7.2l2 2 3.7-4" className={css.on} />;

/** Each state has a shape of its own, so that none is told by its colour alone. */
const shapes: Record<State, [Tone, ReactNode]> = {
  queued: ['off', <circle key="q" cx="7" cy="7" r="5.8" className={css.line} strokeDasharray="2.2 2.35" />],
  running: [
    'run',
    <g key="r" className={css.line} strokeWidth="2">
      <circle cx="7" cy="7" r="5.6" strokeOpacity=".3" />
      <path d="M7 1.4A5.6 5.6 0 0 1 12.6 7" />
    </g>,
  ],
  waiting: [
    'wait',
    <g key="w">
      {disc}
      <path d="M7 3.6V7l2.2 1.4" className={css.on} />
    </g>,
  ],
  succeeded: [
    'ok',
    <g key="s">
      {disc}
      {tick}
    </g>,
  ],
  accepted: [
    'ok',
    <g key="a">
      {disc}
      {tick}
    </g>,
  ],
  failed: [
    'fail',
    <g key="f">
      {octagon}
      <path d="M4.9 4.9l4.2 4.2M9.1 4.9L4.9 9.1" className={css.on} />
    </g>,
  ],
  aborted: [
    'fail',
    <g key="b">
      {octagon}
      {bar}
    </g>,
  ],
  canceled: [
    'off',
    <g key="c">
      {disc}
      {bar}
    </g>,
  ],
  unmatched: ['deny', <circle key="u" cx="7" cy="7" r="5.8" className={css.line} />],
  rejected: [
    'deny',
    <g key="d">
      <path
        d="M7 .3c1.7 1.3 3.5 1.9 5.7 2 .5 5-1.3 9-5.7 11.4C2.6 11.3.8 7.3 1.3 2.3 3.5 2.2 5.3 1.6 7 .3z"
        fill="currentColor"
      />
      {bar}
    </g>,
  ],
  repeat: [
    'off',
    <path
      key="p"
      d="M1.5 7V5.5a2 2 0 0 1 2-2h8M9.5 1.3l2.2 2.2-2.2 2.2M12.5 7v1.5a2 2 0 0 1-2 2h-8M4.5 12.7l-2.2-2.2 2.2-2.2"
      className={css.line}
    />,
  ],
  filtered: ['off', <path key="i" d="M1.5 2.5h11L8.5 7.3v4.2l-3 1.2V7.3z" className={css.line} />],
  handshake: [
    'off',
    <path key="h" d="M1.5 4.5h8.5M7.5 2l2.6 2.5L7.5 7M12.5 9.5H4M6.5 7L3.9 9.5 6.5 12" className={css.line} />,
  ],
};

/** The mark of a state alone. Whoever uses it says the state in words beside it. */
export function Mark({ state, size = 14 }: { state: State; size?: number }) {
  const [tone, shape] = shapes[state];
  return (
    <svg className={css.mark} data-tone={tone} width={size} height={size} viewBox="0 0 14 14" aria-hidden="true">
      {shape}
    </svg>
  );
}

/** A state as mark and word. As a pill it stands once on a page, beside the title. */
export function StateBadge({ state, word, pill = false }: { state: State; word: string; pill?: boolean }) {
  return (
    <span className={pill ? css.pill : css.badge} data-tone={shapes[state][0]}>
      <Mark state={state} />
      <span className={css.word}>{word}</span>
    </span>
  );
}
