import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../lib/api/client';
import { Copy } from '../../ui/Code';
import css from './Headers.module.css';

/** The URL and the headers of a call, in their order. */
export function Headers({ pairs, url }: { pairs: readonly Schemas['Pair'][]; url: string }) {
  const { t } = useTranslation();
  return (
    <>
      <header className={css.head}>
        <h2>{t('deliveries.headers')}</h2>
        <span className="quiet number">{pairs.length}</span>
        <span className={css.copy}>
          <Copy text={pairs.map((p) => `${p.name}: ${p.value}`).join('\n')} />
        </span>
      </header>
      <dl className={css.pairs}>
        <dt>URL</dt>
        <dd>{url}</dd>
        {pairs.map((pair, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a header can come several times, and the list never changes
          <Pair key={i} {...pair} />
        ))}
      </dl>
    </>
  );
}

function Pair({ name, value }: Schemas['Pair']) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}
