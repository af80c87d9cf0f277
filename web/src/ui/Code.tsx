import { ActionIcon, CopyButton, SegmentedControl } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '../lib/format';
import { hexLine, hexLines } from '../lib/hex';
import { pretty, tokensOf } from '../lib/json/pretty';
import css from './Code.module.css';

type Form = 'pretty' | 'raw' | 'hex';

/** Bytes as they came over the wire: laid out if they are JSON, as text, or in hex. Of any size; only what is in sight is in the document. */
export function Bytes({ title, bytes, detail }: { title: string; bytes: Uint8Array; detail?: ReactNode }) {
  const { t, i18n } = useTranslation();
  const text = useMemo(() => decode(bytes), [bytes]);
  const laidOut = useMemo(() => (text === undefined ? undefined : pretty(text)), [text]);
  const [chosen, setChosen] = useState<Form>();
  const forms: Form[] =
    laidOut !== undefined ? ['pretty', 'raw', 'hex'] : text !== undefined ? ['raw', 'hex'] : ['hex'];
  const form = chosen !== undefined && forms.includes(chosen) ? chosen : forms[0];
  return (
    <section className={css.place} aria-label={title}>
      <header className={css.head}>
        <h2>{title}</h2>
        <span className="quiet number cut">
          {formatBytes(bytes.length, i18n.language)}
          {detail}
        </span>
        <span className={css.tools}>
          {forms.length > 1 && (
            <SegmentedControl
              aria-label={t('code.form')}
              value={form ?? 'raw'}
              onChange={(value) => setChosen(value as Form)}
              data={forms.map((value) => ({ value, label: t(`code.${value}`) }))}
            />
          )}
          {text !== undefined && <Copy text={text} />}
        </span>
      </header>
      {form === 'pretty' && laidOut !== undefined && <Lines lines={laidOut} json label={title} />}
      {form === 'raw' && text !== undefined && <RawText text={text} label={title} />}
      {form === 'hex' && <Hex bytes={bytes} label={title} />}
    </section>
  );
}

/** A JSON value, laid out. */
export function Json({ title, text, detail }: { title: string; text: string; detail?: ReactNode }) {
  const { i18n } = useTranslation();
  const lines = useMemo(() => pretty(text) ?? text.split('\n'), [text]);
  return (
    <section className={css.place} aria-label={title}>
      <header className={css.head}>
        <h2>{title}</h2>
        <span className="quiet number">
          {formatBytes(new Blob([text]).size, i18n.language)}
          {detail}
        </span>
        <span className={css.tools}>
          <Copy text={text} />
        </span>
      </header>
      <Lines lines={lines} json label={title} />
    </section>
  );
}

export function Copy({ text }: { text: string }) {
  const { t } = useTranslation();
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <ActionIcon
          onClick={copy}
          aria-label={copied ? t('code.copied') : t('code.copy')}
          title={copied ? t('code.copied') : t('code.copy')}
        >
          {copied ? <IconCheck size={16} stroke={1.75} /> : <IconCopy size={16} stroke={1.75} />}
        </ActionIcon>
      )}
    </CopyButton>
  );
}

// A single line of megabytes would freeze the browser's layout, so long lines are shown in pieces of this many characters.
const piece = 2_000;

function RawText({ text, label }: { text: string; label: string }) {
  const lines = useMemo(
    () =>
      text
        .split('\n')
        .flatMap((line) => (line.length <= piece ? [line] : (line.match(new RegExp(`.{1,${piece}}`, 'gsu')) ?? []))),
    [text],
  );
  return <Lines lines={lines} label={label} />;
}

function Hex({ bytes, label }: { bytes: Uint8Array; label: string }) {
  return (
    <Window count={hexLines(bytes)} label={label}>
      {(i) => {
        const line = hexLine(bytes, i);
        return (
          <>
            <span className={css.gutter}>{line.offset}</span>
            {line.hex}
            {'  '}
            {line.text}
          </>
        );
      }}
    </Window>
  );
}

function Lines({ lines, json = false, label }: { lines: readonly string[]; json?: boolean; label: string }) {
  return (
    <Window count={lines.length} label={label}>
      {(i) => (
        <>
          <span className={css.gutter}>{i + 1}</span>
          {json ? <Line text={lines[i] ?? ''} /> : lines[i]}
        </>
      )}
    </Window>
  );
}

function Line({ text }: { text: string }) {
  if (text.length > piece) return `${text.slice(0, piece)}…`;
  return tokensOf(text).map(({ kind, text: part }, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a line never changes
    <span key={i} className={kind === 'plain' ? undefined : css[kind]}>
      {part}
    </span>
  ));
}

function Window({ count, label, children }: { count: number; label: string; children: (line: number) => ReactNode }) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => 20,
    overscan: 20,
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable with the keyboard (WCAG 2.1.1)
    <div className={css.scroll} ref={scroller} tabIndex={0} role="region" aria-label={label}>
      <div className={css.code} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => (
          <div key={item.key} className={css.line} style={{ transform: `translateY(${item.start}px)` }}>
            {children(item.index)}
          </div>
        ))}
      </div>
    </div>
  );
}

/** The text of bytes in UTF-8; undefined if they are something else. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}
