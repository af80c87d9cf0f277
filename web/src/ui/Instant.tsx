import { useTranslation } from 'react-i18next';
import { clockParts, formatInstant } from '../lib/format';
import css from './Instant.module.css';

/** The time of day of an instant, with its milliseconds; the whole instant on hover. */
export function Clock({ at }: { at: string }) {
  const { i18n } = useTranslation();
  const instant = new Date(at);
  const { time, fraction } = clockParts(instant, i18n.language);
  return (
    <time dateTime={at} title={formatInstant(instant, i18n.language)}>
      {time}
      <span className={css.fraction}>.{fraction}</span>
    </time>
  );
}

/** An instant, exactly. */
export function Instant({ at }: { at: string }) {
  const { i18n } = useTranslation();
  return <time dateTime={at}>{formatInstant(new Date(at), i18n.language)}</time>;
}
