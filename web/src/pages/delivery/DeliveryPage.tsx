import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../app/session';
import { answer, api, type Schemas } from '../../lib/api/client';
import { formatDuration } from '../../lib/format';
import { Bytes, Copy } from '../../ui/Code';
import { Fact, Facts } from '../../ui/Facts';
import { Clock } from '../../ui/Instant';
import { type State, StateBadge } from '../../ui/Mark';
import { Page, Scroll } from '../../ui/Page';
import { PageProblem } from '../../ui/PageProblem';
import type { Outcome } from '../deliveries/outcome';
import css from './DeliveryPage.module.css';
import { Gates } from './Gates';
import { Headers } from './Headers';
import { Replay } from './Replay';

/** One call: what came, gate by gate, and what became of it. */
export function DeliveryPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/signed-in/shell/deliveries/$id' });
  const explained = useQuery({
    queryKey: ['delivery', id],
    queryFn: ({ signal }) => answer(api.GET('/api/deliveries/{id}/explain', { params: { path: { id } }, signal })),
    staleTime: 30_000,
  });
  if (explained.error !== null && explained.data === undefined)
    return <PageProblem title={id} error={explained.error} />;
  if (explained.data === undefined) return <Page title={t('deliveries.one')}>{null}</Page>;
  return <Shown explanation={explained.data} />;
}

function Shown({ explanation }: { explanation: Schemas['Explanation'] }) {
  const { t, i18n } = useTranslation();
  const { delivery } = explanation;
  const mayAct = useMay('history.act');
  const body = useQuery({
    queryKey: ['delivery-body', delivery.id],
    queryFn: async ({ signal }) =>
      new Uint8Array(
        await answer(
          api.GET('/api/deliveries/{id}/body', {
            params: { path: { id: delivery.id } },
            parseAs: 'arrayBuffer',
            signal,
          }),
        ),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const refused = delivery.outcome === 'rejected' || delivery.outcome === 'unmatched';
  return (
    <Page
      title={`${delivery.method} ${delivery.path}`}
      aside={
        <>
          <StateBadge
            pill
            state={delivery.outcome as State}
            word={`${t(`outcomes.${delivery.outcome as Outcome}`)} ${delivery.status ?? ''}`}
          />
          <span className={css.id}>
            <span className="mono quiet cut">{delivery.id}</span>
            <Copy text={delivery.id} />
          </span>
        </>
      }
      actions={mayAct && <Replay delivery={delivery} />}
    >
      <Facts>
        <Fact name={t('deliveries.came')}>
          <Clock at={delivery.receivedAt} />
        </Fact>
        {delivery.ip !== undefined && (
          <Fact name={t('deliveries.from')}>
            {[...(delivery.chain ?? []), delivery.ip].filter((a, i, all) => all.indexOf(a) === i).join(' → ')}
          </Fact>
        )}
        <Fact name={t('list.workflow')}>{delivery.workflow ?? t('deliveries.noWorkflow')}</Fact>
        <Fact name={t('deliveries.answeredIn')}>{formatDuration(delivery.tookMicros / 1000, i18n.language)}</Fact>
        {delivery.dedupeKey !== undefined && <Fact name={t('deliveries.key')}>{delivery.dedupeKey}</Fact>}
        {delivery.execution !== undefined && (
          <Fact name={t('executions.one')}>
            <Link to="/executions/$id" params={{ id: delivery.execution }} className="mono">
              {delivery.execution}
            </Link>
          </Fact>
        )}
        {delivery.replayOf !== undefined && (
          <Fact name={t('deliveries.replayOf')}>
            <Link to="/deliveries/$id" params={{ id: delivery.replayOf }} className="mono">
              {delivery.replayOf}
            </Link>
          </Fact>
        )}
      </Facts>
      <div className={css.columns}>
        <Gates then={delivery.verdicts ?? []} today={explanation.today ?? []} delivery={delivery} />
        <div className={css.rest}>
          {refused && (
            <section className={css.why} aria-label={t('deliveries.whyRefused')}>
              <h2>{t('deliveries.refusedBy', { gate: delivery.gate ?? '' })}</h2>
              <p>{delivery.verdicts?.find((v) => !v.passed)?.detail ?? delivery.reason}</p>
              {explanation.hypotheses?.map((h) => (
                <p key={h.code} className={css.fits}>
                  <b>{t('deliveries.fits')}</b> {h.message}
                </p>
              ))}
            </section>
          )}
          <div className={css.wire}>
            <Scroll label={t('deliveries.headers')}>
              <Headers pairs={delivery.request?.headers ?? []} url={delivery.request?.url ?? delivery.path} />
            </Scroll>
            {body.data !== undefined && (
              <Bytes
                title={t('deliveries.body')}
                bytes={body.data}
                detail={delivery.request?.sha256 !== undefined && ` · SHA-256 ${delivery.request.sha256.slice(0, 8)}…`}
              />
            )}
          </div>
        </div>
      </div>
    </Page>
  );
}
