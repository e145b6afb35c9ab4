/** How much of the last day, week and month a device was up, with blind time left out and told. */
import { Title } from '@mantine/core';
import { useEffect, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeviceId } from '../../../shared/model/ids.ts';
import { useQuery } from '../../client/hooks.ts';
import { Facts } from '../../ui/Facts.tsx';
import { dash } from '../../ui/format.ts';
import { uptimeFigures } from './uptime-words.ts';

const dayMs = 86_400_000;
const spans = { day: dayMs, week: 7 * dayMs, month: 30 * dayMs } as const;
const refreshMs = 60_000;

export function UptimeFacts({ deviceId }: { readonly deviceId: DeviceId }): ReactElement {
  const { t } = useTranslation('devices');
  const [to, setTo] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setTo(Date.now()), refreshMs);
    return () => window.clearInterval(timer);
  }, []);
  const value = (span: keyof typeof spans): ReactElement => <UptimeOf key={span} deviceId={deviceId} from={to - spans[span]} to={to} />;
  return (
    <section>
      <Title order={3} size={14} mb={8}>
        {t('uptime.title')}
      </Title>
      <Facts facts={(['day', 'week', 'month'] as const).map(span => ({ name: t(`uptime.${span}`), value: value(span) }))} />
    </section>
  );
}

function UptimeOf({ deviceId, from, to }: { readonly deviceId: DeviceId; readonly from: number; readonly to: number }): ReactElement {
  const { t } = useTranslation('devices');
  const { value } = useQuery('history.uptime', { deviceId, from, to });
  const [kept, setKept] = useState(value);
  // The last answer stays on screen until the next one is here.
  if (value && kept !== value) setKept(value);
  if (!kept) return <>{dash}</>;
  const { uptime, observed } = uptimeFigures(kept);
  return (
    <>
      {uptime === dash ? dash : t('uptime.share', { percent: uptime })}
      {observed === null ? null : <span className="quiet">{t('uptime.observed', { percent: observed })}</span>}
    </>
  );
}
