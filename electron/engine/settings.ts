/** The user's settings: one JSON text a group in the database; what cannot be read falls back to its default, and says so. */
import { settingGroups, Settings, type SettingsPatch } from '../../shared/model/settings.ts';

type Problem = { readonly group: string; readonly message: string };
export type SettingsRead = { values: Settings; problems: Problem[] };

export function readSettings(stored: Readonly<Record<string, string>>): SettingsRead {
  const problems: Problem[] = [];
  const group = <K extends keyof typeof settingGroups>(name: K): Settings[K] => {
    const text = stored[name];
    const schema = settingGroups[name];
    const parsed = schema.safeParse(text === undefined ? {} : parseJson(text));
    if (!parsed.success) problems.push({ group: name, message: `The stored "${name}" settings could not be read, so their defaults apply; saving them again mends this.` });
    return (parsed.success ? parsed.data : schema.parse({})) as Settings[K]; // The schema is the one of this very group.
  };
  return { values: { polling: group('polling'), alerting: group('alerting'), heartbeat: group('heartbeat'), history: group('history'), backup: group('backup'), demo: group('demo'), station: group('station') }, problems };
}

/** The settings after a patch: fields left out stay. */
export function patched(values: Settings, patch: SettingsPatch): Settings {
  return Settings.parse({ polling: { ...values.polling, ...patch.polling }, alerting: { ...values.alerting, ...patch.alerting }, heartbeat: { ...values.heartbeat, ...patch.heartbeat }, history: { ...values.history, ...patch.history }, backup: { ...values.backup, ...patch.backup }, demo: { ...values.demo, ...patch.demo }, station: { ...values.station, ...patch.station } });
}

export const asStored = (values: Settings): Record<string, string> => Object.fromEntries(Object.entries(values).map(([name, group]) => [name, JSON.stringify(group)]));

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // Unreadable is an answer here: the group's schema refuses null, and the caller says so.
  }
}
