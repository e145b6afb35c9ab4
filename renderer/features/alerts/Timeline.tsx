/** Who did what, and what happened, the latest on top; the words of people stand out. */
import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { IncidentEvent } from '../../../shared/model/incident.ts';
import { formatMoment } from '../../ui/format.ts';
import { eventWords, worthTelling } from './event-words.ts';
import { shortMoment } from './moment.ts';

export function Timeline({ events }: { readonly events: readonly IncidentEvent[] }): ReactElement {
  const { t } = useTranslation('alerts');
  const now = Date.now();
  return (
    <ol className="timeline">
      {worthTelling(events).toReversed().map(event => {
        const { title, words } = eventWords(event, t);
        return (
          <li key={event.id} data-person={event.by !== null || undefined}>
            <time className="figures" dateTime={new Date(event.at).toISOString()} title={formatMoment(event.at, now)}>
              {shortMoment(event.at, now)}
            </time>
            <div>
              <Text size="sm">
                {event.by === null ? null : <span className="person">{event.by}</span>}
                {title}
              </Text>
              {words === null ? null : (
                <Text component="blockquote" size="sm" className="words">
                  {words}
                </Text>
              )}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
