import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answer, api, type Schemas } from '../../lib/api/client';
import { Mark } from '../../ui/Mark';
import css from './Failed.module.css';

/** What happened, where, why, and what to do: the words of the catalogue that the API and the command line use, too. */
export function Failed({ error }: { error: Schemas['Error'] }) {
  const { t } = useTranslation();
  const catalogue = useQuery({
    queryKey: ['errors'],
    queryFn: ({ signal }) => answer(api.GET('/api/errors', { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const entry = catalogue.data?.items?.find((e) => e.code === error.code);
  return (
    <section className={css.card} aria-label={t('failed.title')}>
      <Mark state="failed" size={16} />
      <div>
        <h2>{error.message}</h2>
        <dl className={css.facts}>
          {error.node !== undefined && (
            <>
              <dt>{t('failed.where')}</dt>
              <dd className="mono">{error.node}</dd>
            </>
          )}
          <dt>{t('failed.code')}</dt>
          <dd className="mono">{error.code}</dd>
          {entry?.cause !== undefined && (
            <>
              <dt>{t('failed.cause')}</dt>
              <dd>{entry.cause}</dd>
            </>
          )}
          {entry?.next !== undefined && (
            <>
              <dt>{t('failed.next')}</dt>
              <dd>{entry.next}</dd>
            </>
          )}
        </dl>
      </div>
    </section>
  );
}
