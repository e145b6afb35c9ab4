/** When a maintenance window is, in words. */
import type { MaintenanceInput, MaintenanceRow } from '../../../shared/model/maintenance.ts';
import { durationWords } from '../../ui/duration-draft.ts';
import type { Words } from '../../ui/shown-state.ts';
import { repeatDraft } from './repeat-draft.ts';

/** "every 2 weeks on Sat, Sun"; a repetition that the form has no fields for is written as it is. `t` is of the "maintenance" texts. */
export function repeatWords({ repeat, startsAt }: Pick<MaintenanceInput, 'repeat' | 'startsAt'>, t: Words): string {
  const draft = repeatDraft(repeat, startsAt);
  const every = Number(draft.every);
  const days = draft.days.map(day => t(`weekday.${day}`)).join(', ');
  const words = ((): string => {
    switch (draft.kind) {
      case 'once':
        return t('words.once');
      case 'daily':
        return t('words.daily', { count: every });
      case 'weekly':
        return t('words.weekly', { count: every, days });
      case 'month-day':
        return t('words.monthDay', { count: every, day: Number(draft.monthDay) });
      case 'month-weekday':
        return t('words.monthWeekday', { count: every, place: t(`place.${draft.place}`), weekday: t(`weekdayLong.${draft.weekday}`) });
      case 'own':
        return draft.text;
      default:
        return draft.kind satisfies never;
    }
  })();
  return typeof draft.times === 'number' ? t('words.times', { words, count: draft.times }) : words;
}

/** "Every Sun, 22:00, 4 h": the whole window, with its zone where that is not this computer's. */
export function whenWords(window: Pick<MaintenanceRow, 'repeat' | 'startsAt' | 'durationMs' | 'zone'>, ownZone: string, t: Words): string {
  const [date = '', time = ''] = window.startsAt.split('T');
  const zone = window.zone === ownZone ? '' : ` (${window.zone})`;
  const duration = durationWords(window.durationMs);
  if (window.repeat === null) return `${t('words.oneTime', { date, time, duration })}${zone}`;
  return `${t('words.again', { repeat: repeatWords(window, t), time, duration })}${zone}`;
}

export const zoneOfThisComputer = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
