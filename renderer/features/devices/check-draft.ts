/** A further check as a form edits it, and what of it goes to the engine. */
import type { z } from 'zod';
import type { Check, CheckInput, CheckOf } from '../../../shared/model/check.ts';
import type { CheckId } from '../../../shared/model/ids.ts';

/** What goes to the engine: defaults may be left out. */
type CheckAsked = z.input<typeof CheckInput>;

/** A number field as it is typed: a string while it is empty or unfinished. */
type NumberDraft = number | string;

/** The fields of all kinds side by side; a kind uses its own. Empty text means: not given. Intervals are seconds. */
export type CheckDraft = {
  /** Tells the drafts of one form apart. */
  readonly key: string;
  /** null: not saved yet. */
  readonly id: CheckId | null;
  readonly kind: CheckInput['kind'];
  readonly name: string;
  readonly intervalS: NumberDraft;
  readonly timeoutS: NumberDraft;
  readonly enabled: boolean;
  readonly consequence: CheckInput['consequence'];
  readonly port: NumberDraft;
  readonly url: string;
  readonly status: string;
  readonly contains: string;
  readonly redirects: CheckOf<'http'>['redirects'];
  readonly certificate: CheckOf<'http'>['certificate'];
  readonly certificateDays: NumberDraft;
  readonly query: string;
  readonly server: string;
  readonly record: CheckOf<'dns'>['record'];
  readonly expect: string;
  readonly oid: string;
  readonly compare: CheckOf<'snmp'>['compare'];
  readonly value: string;
  readonly graceS: NumberDraft;
  /** Where the device calls; null before it is saved, and for other kinds. */
  readonly heartbeatPath: string | null;
};

/** The contract's defaults, in the units of the form; what is left empty becomes these. */
export const checkDefaults = { intervalS: 60, timeoutS: 5, status: '200-299', certificateDays: 14, graceS: 30 } as const;

/** What there is to choose from, as a list. */
export const redirects = ['follow', 'refuse'] as const satisfies readonly CheckDraft['redirects'][];
export const certificates = ['name', 'expiry', 'ignore'] as const satisfies readonly CheckDraft['certificate'][];
export const records = ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'PTR', 'SOA', 'SRV', 'TXT'] as const satisfies readonly CheckDraft['record'][];
export const compares = ['present', '=', '!=', '<', '<=', '>', '>=', 'contains'] as const satisfies readonly CheckDraft['compare'][];

/** What the check asks for, in a few signs, also while it is unfinished. */
export function draftTarget(draft: CheckDraft): string {
  switch (draft.kind) {
    case 'tcp':
      return String(draft.port);
    case 'http':
      return draft.url;
    case 'dns':
      return `${draft.record} ${draft.query}`.trim();
    case 'snmp':
      return draft.compare === 'present' ? draft.oid : `${draft.oid} ${draft.compare} ${draft.value}`.trim();
    case 'heartbeat':
      return '';
    default:
      return draft.kind satisfies never;
  }
}

/** A port that is open, a page that answers: a sensible beginning of each kind. */
export function newCheck(kind: CheckInput['kind'], key: string): CheckDraft {
  return {
    key, id: null, kind, name: '', intervalS: '', timeoutS: '', enabled: true, consequence: 'degraded', port: kind === 'tcp' ? 443 : '', url: kind === 'http' ? 'https:///' : '', status: '', contains: '',
    redirects: 'follow', certificate: 'name', certificateDays: '', query: '', server: '', record: 'A', expect: '', oid: kind === 'snmp' ? '1.3.6.1.2.1.1.3.0' : '', compare: 'present', value: '', graceS: '', heartbeatPath: null,
  };
}

/** A stored check as drafted; `key` is its id. */
export function checkDraftOf(check: Check): CheckDraft {
  const orEmpty = (value: number, standard: number): NumberDraft => (value === standard ? '' : value);
  const base: CheckDraft = {
    ...newCheck(check.kind, check.id), id: check.id, name: check.name, enabled: check.enabled, consequence: check.consequence, heartbeatPath: check.heartbeatPath,
    intervalS: orEmpty(check.intervalMs / 1_000, checkDefaults.intervalS), timeoutS: orEmpty(check.timeoutMs / 1_000, checkDefaults.timeoutS),
  };
  switch (check.kind) {
    case 'tcp':
      return { ...base, port: check.port };
    case 'http':
      return {
        ...base, url: check.url, status: check.status === checkDefaults.status ? '' : check.status, contains: check.contains ?? '', redirects: check.redirects, certificate: check.certificate,
        certificateDays: orEmpty(check.certificateDays, checkDefaults.certificateDays),
      };
    case 'dns':
      return { ...base, query: check.query, server: check.server ?? '', record: check.record, expect: check.expect ?? '' };
    case 'snmp':
      return { ...base, oid: check.oid, compare: check.compare, value: check.value ?? '' };
    case 'heartbeat':
      return { ...base, graceS: orEmpty(check.graceMs / 1_000, checkDefaults.graceS) };
    default:
      return check satisfies never;
  }
}

/** What the engine is asked to keep. What is no number goes as such, and comes back with the contract's sentence about it. */
export function checkInputOf(draft: CheckDraft): CheckAsked {
  const common = {
    ...(draft.id === null ? {} : { id: draft.id }), name: draft.name, enabled: draft.enabled, consequence: draft.consequence,
    intervalMs: msOf(draft.intervalS, checkDefaults.intervalS), timeoutMs: msOf(draft.timeoutS, checkDefaults.timeoutS),
  };
  switch (draft.kind) {
    case 'tcp':
      return { ...common, kind: 'tcp', port: numberOf(draft.port) };
    case 'http':
      return {
        ...common, kind: 'http', url: draft.url, status: draft.status.trim() === '' ? checkDefaults.status : draft.status, contains: orNull(draft.contains), redirects: draft.redirects,
        certificate: draft.certificate, certificateDays: draft.certificateDays === '' ? checkDefaults.certificateDays : numberOf(draft.certificateDays),
      };
    case 'dns':
      return { ...common, kind: 'dns', query: draft.query, server: orNull(draft.server), record: draft.record, expect: orNull(draft.expect) };
    case 'snmp':
      return { ...common, kind: 'snmp', oid: draft.oid, compare: draft.compare, value: orNull(draft.value) };
    case 'heartbeat':
      return { ...common, kind: 'heartbeat', graceMs: msOf(draft.graceS, checkDefaults.graceS) };
    default:
      return draft.kind satisfies never;
  }
}

const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());
const numberOf = (draft: NumberDraft): number => (draft === '' ? Number.NaN : Number(draft));
const msOf = (draft: NumberDraft, standardS: number): number => Math.round((draft === '' ? standardS : Number(draft)) * 1_000);
