import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api, type Schemas } from '../../lib/api/client';
import { Problem } from '../../lib/api/problem';
import { Json } from '../../ui/Code';
import { Drawer } from '../../ui/Drawer';
import { Instant } from '../../ui/Instant';
import { type State, StateBadge } from '../../ui/Mark';
import { Note } from '../../ui/Note';
import { Views } from '../../ui/Views';
import type { Status } from '../executions/status';
import css from './StepPanel.module.css';

type Part = 'input' | 'result' | 'log';

const most = 8 << 20; // bytes of a value that are fetched at once

/** One step: what went in, what came out, and its log. */
export function StepPanel({ execution, n, onClose }: { execution: string; n: number; onClose: () => void }) {
  const { t } = useTranslation();
  const [part, setPart] = useState<Part>('input');
  const step = useQuery({
    queryKey: ['step', execution, n],
    queryFn: async ({ signal }) => {
      const page = await answer(
        api.GET('/api/executions/{id}/steps', {
          params: { path: { id: execution }, query: { after: n - 1, limit: 1, values: 0 } },
          signal,
        }),
      );
      return page.items?.[0] ?? null;
    },
  });
  if (step.data === null) {
    return (
      <Drawer title={t('executions.step', { n })} onClose={onClose}>
        <p className={css.none}>{t('executions.noStep')}</p>
      </Drawer>
    );
  }
  const s = step.data;
  return (
    <Drawer title={s?.path ?? t('executions.step', { n })} detail={s?.type} onClose={onClose}>
      {s !== undefined && (
        <>
          <div className={css.facts}>
            <StateBadge state={s.status as State} word={t(`statuses.${s.status as Status}`)} />
            {s.startedAt !== undefined && (
              <span className="quiet">
                <Instant at={s.startedAt} />
              </span>
            )}
          </div>
          {s.error !== undefined && (
            <div className={css.error}>
              <Note tone="fail">
                {s.error.message} <span className="mono quiet">{s.error.code}</span>
              </Note>
            </div>
          )}
          <div className={css.tabs}>
            <Views<Part>
              label={t('executions.parts')}
              value={part}
              onChange={setPart}
              views={[
                { value: 'input', title: t('executions.input') },
                { value: 'result', title: t('executions.result') },
                { value: 'log', title: t('executions.log') },
              ]}
            />
          </div>
          {part === 'log' ? <Log lines={s.log ?? []} /> : <Value key={part} execution={execution} n={n} part={part} />}
        </>
      )}
    </Drawer>
  );
}

function Value({ execution, n, part }: { execution: string; n: number; part: 'input' | 'result' }) {
  const { t } = useTranslation();
  const value = useQuery({
    queryKey: ['step-value', execution, n, part],
    queryFn: async ({ signal }) => {
      try {
        return await answer(
          api.GET('/api/executions/{id}/steps/{n}/{part}', {
            params: { path: { id: execution, n, part }, query: { bytes: most } },
            signal,
          }),
        );
      } catch (err) {
        if (err instanceof Problem && err.status === 404) return null;
        throw err;
      }
    },
  });
  if (value.data === null)
    return <p className={css.none}>{part === 'input' ? t('executions.noInput') : t('executions.noResult')}</p>;
  if (value.data === undefined) return value.error === null ? null : <p className={css.none}>{value.error.message}</p>;
  return (
    <Json
      title={part === 'input' ? t('executions.input') : t('executions.result')}
      text={value.data.text}
      detail={value.data.nextOffset !== undefined && ` · ${t('executions.cut')}`}
    />
  );
}

function Log({ lines }: { lines: readonly Schemas['LogLine'][] }) {
  const { t } = useTranslation();
  if (lines.length === 0) return <p className={css.none}>{t('executions.noLog')}</p>;
  return (
    <ol className={css.log}>
      {lines.map((line, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a log only grows
        <li key={i} data-level={line.level}>
          {line.text}
        </li>
      ))}
    </ol>
  );
}
