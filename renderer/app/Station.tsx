/** How the console itself is, always in sight: its worst part in a sentence, or the age of the last round of checks. */
import { Tooltip } from '@mantine/core';
import { IconActivityHeartbeat, IconAlertTriangle } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive } from '../client/hooks.ts';
import { useStale } from '../client/stale.ts';
import { formatAge } from '../ui/format.ts';
import { useSecond } from '../ui/ticker.ts';
import { goTo } from './navigation.ts';
import { stationHealth } from './station-health.ts';

export function Station(): ReactElement {
  const { t, i18n } = useTranslation();
  const { rows } = useLive('system.health', {});
  const stale = useStale();
  const now = useSecond();
  const { level, message, tickAgeMs } = stationHealth(rows, now, stale?.kind ?? null);
  const age = tickAgeMs === null ? null : formatAge(tickAgeMs);
  const Icon = level === 'ok' || level === 'unknown' ? IconActivityHeartbeat : IconAlertTriangle;
  // The engine speaks English, and the Georgian counters leave no room for a sentence: there the level is the word, and the sentence is told on pointing at it.
  const sentence = i18n.language === 'en' ? message : null;
  const tick = age === null ? t('station.unknown') : t('station.tick', { age });
  return (
    <Tooltip label={message ?? tick} multiline maw={360}>
      <button type="button" className="station" data-level={level} onClick={() => goTo('/system')} aria-label={`${t(`station.${level}`)}. ${message ?? tick}`}>
        <Icon size={16} stroke={1.5} aria-hidden />
        <span className="station-sentence figures">{sentence ?? t(`station.${level}`)}</span>
        {message === null && age !== null ? <span className="figures">{age}</span> : null}
      </button>
    </Tooltip>
  );
}
