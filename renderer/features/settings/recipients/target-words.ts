/** A recipient in words: where it is told, and how it is doing. */
import type { TargetConfig, TargetRow } from '../../../../shared/model/notification.ts';
import type { Words } from '../../../ui/shown-state.ts';

/** Where a message goes; '' where the kind says it all. `t` is of the "recipients" texts. */
export function placeWords(config: TargetConfig, t: Words): string {
  switch (config.kind) {
    case 'desktop':
    case 'slack':
    case 'mattermost':
    case 'teams':
      return '';
    case 'sound':
      return t(`sound.${config.sound}`);
    case 'email':
      return config.to.join(', ');
    case 'telegram':
      return config.chatId;
    case 'webhook':
      return URL.parse(config.url)?.host ?? config.url;
    default:
      return config satisfies never;
  }
}

type TargetState = 'off' | 'failing' | 'waiting' | 'ok' | 'unused';

export function targetState({ enabled, failingSince, waiting, lastSentAt }: Pick<TargetRow, 'enabled' | 'failingSince' | 'waiting' | 'lastSentAt'>): TargetState {
  if (!enabled) return 'off';
  if (failingSince !== null) return 'failing';
  if (waiting > 0) return 'waiting';
  return lastSentAt === null ? 'unused' : 'ok';
}

export const targetClasses: Readonly<Record<TargetState, string>> = { off: 'state state-paused', failing: 'state state-down', waiting: 'state state-clock', ok: 'state state-up', unused: 'state state-no-data' };
