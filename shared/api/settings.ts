import { z } from 'zod';
import { Settings, SettingsPatch } from '../model/settings.ts';
import { command, query } from '../rpc/contract.ts';

/** `problems` names each stored setting that could not be read and therefore has its default. */
const SettingsRead = z.object({ values: Settings, problems: z.array(z.object({ group: z.string(), message: z.string() })) });

export const settings = {
  /** `problems` names each stored setting that could not be read and has its default therefore. */
  'settings.get': query(z.object({}), SettingsRead),
  /** What is left out of `patch` stays. They hold at once. */
  'settings.update': command(z.object({ patch: SettingsPatch }), SettingsRead),
};
