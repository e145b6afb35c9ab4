/** How the console itself is, always in sight: its worst part in a sentence, or the age of the last round of checks. */
import { Tooltip } from '@mantine/core';
import { IconActivityHeartbeat, IconAlertTriangle } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useConnection, useLive } from '../client/hooks.ts';
import { formatAge } from '../ui/format.ts';
import { useSecond, visibleForMs } from '../ui/ticker.ts';
import { goTo } from './navigation.ts';
import { stationHealth } from './station-health.ts';

/** A page that comes back into sight has its first new report within this time. */
const catchUpMs = 3_000;

export function Station(): ReactElement {
  const { t } = useTranslation();
  const { rows } = useLive('system.health', {});
  const connected = useConnection().status === 'connected';
  const now = useSecond();
  const health = stationHealth(rows, now, connected);
  const age = health.tickAgeMs === null ? null : formatAge(health.tickAgeMs);
  const silent = health.silent && age !== null && visibleForMs(now) > catchUpMs ? t('station.silent', { age }) : null;
  const sentence = silent ?? health.message;
  const level = health.silent && silent === null ? 'unknown' : health.level;
  const Icon = level === 'ok' || level === 'unknown' ? IconActivityHeartbeat : IconAlertTriangle;
  const tick = age === null ? t('station.unknown') : t('station.tick', { age });
  return (
    <Tooltip label={sentence ?? tick} multiline maw={360}>
      <button type="button" className="station" data-level={level} onClick={() => goTo('/system')} aria-label={`${t(`station.${level}`)}. ${sentence ?? tick}`}>
        <Icon size={16} stroke={1.5} aria-hidden />
        <span className="station-sentence figures">{sentence ?? t(`station.${level}`)}</span>
        {sentence === null && age !== null ? <span className="figures">{age}</span> : null}
      </button>
    </Tooltip>
  );
}
