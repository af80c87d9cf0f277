import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../lib/api/client';
import { Mark, type State } from '../../ui/Mark';
import type { Outcome } from '../deliveries/outcome';
import css from './Gates.module.css';

type Verdict = Schemas['Verdict'];

/** The gates in the order in which the call met them, then the answer. *Today* asks the gates as they are set now. */
export function Gates({
  then,
  today,
  delivery,
}: {
  then: readonly Verdict[];
  today: readonly Verdict[];
  delivery: Schemas['Delivery'];
}) {
  const { t } = useTranslation();
  const [now, setNow] = useState(false);
  const verdicts = now ? today : then;
  return (
    <section className={css.gates} aria-label={t('gates.title')}>
      <header className={css.head}>
        <h2>{t('gates.title')}</h2>
        {today.length > 0 && (
          <SegmentedControl
            aria-label={t('gates.when')}
            value={now ? 'today' : 'then'}
            onChange={(value) => setNow(value === 'today')}
            data={[
              { value: 'then', label: t('gates.then') },
              { value: 'today', label: t('gates.today') },
            ]}
          />
        )}
      </header>
      <ol className={css.line}>
        {verdicts.map((verdict) => (
          <Gate key={verdict.gate} verdict={verdict} />
        ))}
        {!now && (
          <li className={css.gate} data-last>
            <Mark state={delivery.outcome as State} size={16} />
            <span className={css.name}>{t('gates.answer')}</span>
            <span className={css.saw}>
              {delivery.status ?? '–'} · {t(`outcomes.${delivery.outcome as Outcome}`)}
              {delivery.reason !== undefined && ` · ${delivery.reason}`}
            </span>
          </li>
        )}
      </ol>
    </section>
  );
}

function Gate({ verdict }: { verdict: Verdict }) {
  const { t } = useTranslation();
  const stops = !verdict.passed && !verdict.observed;
  return (
    <li className={css.gate} data-stops={stops || undefined}>
      <Mark state={stops ? 'rejected' : verdict.passed ? 'accepted' : 'waiting'} size={16} />
      <span className={css.name}>{verdict.gate}</span>
      <span className={css.saw}>
        {verdict.reason !== undefined && <b>{verdict.reason}: </b>}
        {verdict.detail ?? (verdict.passed ? t('gates.passed') : t('gates.refused'))}
        {verdict.observed && ` (${t('gates.observed')})`}
      </span>
    </li>
  );
}
