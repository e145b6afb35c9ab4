/** A recipient as its form holds it: the fields of every kind, so that changing the kind loses nothing. */
import type { Api } from '../../../../shared/api/index.ts';
import { everything, type Scope } from '../../../../shared/model/scope.ts';
import type { TargetConfig, TargetKind, TargetRow } from '../../../../shared/model/notification.ts';
import type { Severity } from '../../../../shared/model/rule.ts';
import type { Arg } from '../../../../shared/rpc/contract.ts';
import { durationDraft, durationMs, type DurationDraft } from '../../../ui/duration-draft.ts';

type Of<Kind extends TargetKind> = Extract<TargetConfig, { kind: Kind }>;

export type TargetDraft = {
  readonly name: string;
  readonly enabled: boolean;
  readonly kind: TargetKind;
  readonly sound: Of<'sound'>['sound'];
  readonly host: string;
  readonly port: number | string;
  readonly security: Of<'email'>['security'];
  readonly user: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly chatId: string;
  readonly apiUrl: string;
  readonly url: string;
  readonly method: Of<'webhook'>['method'];
  readonly template: string;
  readonly contentType: string;
  /** '' keeps what is stored. */
  readonly secret: string;
  readonly forgetSecret: boolean;
  readonly severities: readonly Severity[];
  readonly scope: Scope;
  readonly after: DurationDraft;
  readonly quiet: boolean;
  readonly quietFrom: string;
  readonly quietTo: string;
  readonly quietZone: string;
  readonly evenCritical: boolean;
  readonly mostPerHour: number | string;
  readonly staleAfter: DurationDraft;
};

/** `zone`: this computer's, in which quiet hours begin. */
export function newTarget(zone: string): TargetDraft {
  return {
    name: '', enabled: true, kind: 'email', sound: 'chime', host: '', port: 587, security: 'starttls', user: '', from: '', to: [], chatId: '', apiUrl: 'https://api.telegram.org', url: '', method: 'POST', template: '',
    contentType: 'application/json', secret: '', forgetSecret: false, severities: ['critical', 'high'], scope: everything, after: { amount: 0, unit: 'min' }, quiet: false, quietFrom: '22:00', quietTo: '07:00', quietZone: zone,
    evenCritical: false, mostPerHour: 60, staleAfter: { amount: 4, unit: 'h' },
  };
}

export const afterUnits = ['min', 'h'] as const;
export const staleUnits = ['min', 'h', 'd'] as const;

export function targetDraft(row: TargetRow, zone: string): TargetDraft {
  const { config, quietHours } = row;
  return {
    ...newTarget(zone),
    // The fields of its kind replace those that a new one would have.
    ...config,
    name: row.name, enabled: row.enabled, severities: row.severities, scope: row.scope, after: durationDraft(row.afterMs, afterUnits), mostPerHour: row.mostPerHour, staleAfter: durationDraft(row.staleAfterMs, staleUnits),
    ...(quietHours ? { quiet: true, quietFrom: quietHours.from, quietTo: quietHours.to, quietZone: quietHours.zone, evenCritical: quietHours.evenCritical } : {}),
  };
}

/** What its secret is; null: it has none. */
export function secretOf(kind: TargetKind): 'password' | 'token' | 'address' | 'key' | null {
  switch (kind) {
    case 'desktop':
    case 'sound':
      return null;
    case 'email':
      return 'password';
    case 'telegram':
      return 'token';
    case 'slack':
    case 'mattermost':
    case 'teams':
      return 'address';
    case 'webhook':
      return 'key';
    default:
      return kind satisfies never;
  }
}

function configOf(draft: TargetDraft): Arg<Api, 'targets.create'>['config'] {
  const { kind, sound, host, user, from, security, url, method, template, contentType, chatId, apiUrl } = draft;
  switch (kind) {
    case 'desktop':
    case 'slack':
    case 'mattermost':
    case 'teams':
      return { kind };
    case 'sound':
      return { kind, sound };
    case 'email':
      return { kind, host, port: Number(draft.port), security, user, from, to: draft.to.map(each => each.trim()) };
    case 'telegram':
      return { kind, chatId, apiUrl };
    case 'webhook':
      return { kind, url, method, template, contentType };
    default:
      return kind satisfies never;
  }
}

/** `stored`: the recipient that is being changed; what it keeps secret belongs to its kind. Numbers that are none are refused by the engine. */
export function targetInput(draft: TargetDraft, stored: Pick<TargetRow, 'config' | 'hasSecret'> | null): Arg<Api, 'targets.create'> {
  const otherKind = stored !== null && stored.hasSecret && stored.config.kind !== draft.kind;
  const secret = secretOf(draft.kind) === null || draft.forgetSecret || (otherKind && draft.secret === '') ? null : draft.secret;
  return {
    name: draft.name,
    enabled: draft.enabled,
    config: configOf(draft),
    ...(secret === '' ? {} : { secret }),
    severities: [...draft.severities],
    scope: draft.scope,
    afterMs: durationMs(draft.after) ?? -1,
    quietHours: draft.quiet ? { from: draft.quietFrom.trim(), to: draft.quietTo.trim(), zone: draft.quietZone, evenCritical: draft.evenCritical } : null,
    mostPerHour: Number(draft.mostPerHour),
    staleAfterMs: durationMs(draft.staleAfter) ?? -1,
  };
}
