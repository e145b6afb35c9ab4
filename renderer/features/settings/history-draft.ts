/** The settings of history and backups as their forms edit them, and the forecast in words. */
import type { Forecast } from '../../../shared/model/history.ts';
import { settingGroups, type Settings } from '../../../shared/model/settings.ts';
import type { Words } from '../../ui/shown-state.ts';
import { numberFields, toContract, type NumberDraft } from './draft.ts';

type History = Settings['history'];

/** `limited`: there is a maximum size. What stands in its field is kept while it is switched off. */
export type HistoryDraft = { readonly rawDays: NumberDraft; readonly fiveMinDays: NumberDraft; readonly hourDays: NumberDraft; readonly limited: boolean; readonly maxSizeMb: NumberDraft; readonly dailyRunAt: string };

/** A maximum that is switched on begins with this. */
const usualMaxSizeMb = 2_000;

export function historyDraft(stored: History): HistoryDraft {
  return { ...stored, limited: stored.maxSizeMb !== null, maxSizeMb: stored.maxSizeMb ?? usualMaxSizeMb };
}

export function isTimeOfDay(text: string): boolean {
  return settingGroups.history.shape.dailyRunAt.safeParse(text.trim()).success;
}

/** The whole group as the draft has it; null while a field cannot be stored. */
export function historyOf(draft: HistoryDraft): History | null {
  const rawDays = toContract(draft.rawDays, numberFields.rawDays);
  const fiveMinDays = toContract(draft.fiveMinDays, numberFields.fiveMinDays);
  const hourDays = toContract(draft.hourDays, numberFields.hourDays);
  const maxSizeMb = draft.limited ? toContract(draft.maxSizeMb, numberFields.maxSizeMb) : null;
  const dailyRunAt = draft.dailyRunAt.trim();
  if (rawDays === null || fiveMinDays === null || hourDays === null || (draft.limited && maxSizeMb === null) || !isTimeOfDay(dailyRunAt)) return null;
  return { rawDays, fiveMinDays, hourDays, maxSizeMb, dailyRunAt };
}

export function isSameHistory(a: History, b: History): boolean {
  return a.rawDays === b.rawDays && a.fiveMinDays === b.fiveMinDays && a.hourDays === b.hourDays && a.maxSizeMb === b.maxSizeMb && a.dailyRunAt === b.dailyRunAt;
}

/** One resolution of the forecast: the days asked for, and those that fit. */
export type KeptDays = { readonly resolution: 'raw' | '5min' | 'hourDay'; readonly asked: number; readonly kept: number };

export function keptDays(asked: History, forecast: Forecast): readonly KeptDays[] {
  return [
    { resolution: 'raw', asked: asked.rawDays, kept: Math.min(asked.rawDays, Math.floor(forecast.rawDays)) },
    { resolution: '5min', asked: asked.fiveMinDays, kept: Math.min(asked.fiveMinDays, Math.floor(forecast.fiveMinDays)) },
    { resolution: 'hourDay', asked: asked.hourDays, kept: Math.min(asked.hourDays, Math.floor(forecast.hourDays)) },
  ];
}

/** Why it is not kept as asked; '' where it is. `t` is of the "settings" texts. The engine's sentence is English: in another language ours stands in its place, and before a refusal. */
export function forecastSentence({ verdict, message, leastSizeMb }: Pick<Forecast, 'verdict' | 'message' | 'leastSizeMb'>, t: Words, language: string): string {
  if (verdict === 'kept') return '';
  if (message !== null && language.startsWith('en')) return message;
  const ours = t(`forecast.${verdict}`, { least: new Intl.NumberFormat(language).format(leastSizeMb) });
  return verdict === 'impossible' && message !== null ? `${ours} ${message}` : ours;
}
