import { ActionIcon } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconCode, IconSearch, IconX } from '@tabler/icons-react';
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryOf, termsOf, without, withTerms } from '../lib/query/terms';
import { Mark } from './Mark';
import css from './QueryField.module.css';

/**
 * The written query of a list, as chips with a field for the next term, or as the text that it is. What is written takes
 * effect with Enter. `error` says why the server did not take the query.
 */
export function QueryField({
  query,
  onChange,
  placeholder,
  error,
}: {
  query: string;
  onChange: (query: string) => void;
  placeholder: string;
  error?: ReactNode;
}) {
  const { t } = useTranslation();
  const [asText, setAsText] = useState(false);
  const [draft, setDraft] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const note = useId();
  useHotkeys([['/', () => input.current?.focus()]]);

  const [shown, setShown] = useState(query);
  if (shown !== query) {
    // The query was changed elsewhere, such as by a link or by going back.
    setShown(query);
    setDraft(asText ? query : '');
  }
  const terms = termsOf(query);

  const toggle = () => {
    setDraft(asText ? '' : query);
    setAsText(!asText);
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter') {
      onChange(asText ? queryOf(termsOf(draft)) : withTerms(query, draft));
      if (!asText) setDraft('');
    } else if (event.key === 'Backspace' && draft === '' && !asText && terms.length > 0) {
      // The last chip becomes text again, so that it can be mended.
      setDraft(terms.at(-1)?.text ?? '');
      setShown(without(query, terms.length - 1));
      onChange(without(query, terms.length - 1));
    } else if (event.key === 'Escape') {
      input.current?.blur();
      return;
    } else return;
    event.preventDefault();
  };
  return (
    <div className={css.place}>
      <div className={css.field} role="search" data-bad={error !== undefined || undefined}>
        <IconSearch size={16} stroke={1.75} />
        {!asText &&
          terms.map((term, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same term can be there twice
            <span key={`${i} ${term.text}`} className={css.chip}>
              {term.field !== '' && <span className={css.name}>{term.field}</span>}
              <b>{term.value}</b>
              <button
                type="button"
                onClick={() => onChange(without(query, i))}
                aria-label={t('query.remove', { term: term.text })}
              >
                <IconX size={12} stroke={2.5} />
              </button>
            </span>
          ))}
        <input
          ref={input}
          value={draft}
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={onKeyDown}
          placeholder={terms.length === 0 || asText ? placeholder : ''}
          aria-label={t('query.label')}
          aria-invalid={error !== undefined}
          aria-describedby={note}
          className="mono"
          spellCheck={false}
          autoComplete="off"
        />
        <ActionIcon
          size={24}
          onClick={toggle}
          aria-pressed={asText}
          aria-label={t('query.asText')}
          title={t('query.asText')}
        >
          <IconCode size={16} stroke={1.75} />
        </ActionIcon>
      </div>
      <div id={note} role="status">
        {error !== undefined && (
          <p className={css.error}>
            <Mark state="failed" />
            <span>{error}</span>
          </p>
        )}
      </div>
    </div>
  );
}
