/** A further check in words and shapes. */
import type { Check } from '../../../shared/model/check.ts';
import type { Words } from '../../ui/shown-state.ts';

const failingClass: Readonly<Record<Check['consequence'], string>> = { down: 'state state-down', degraded: 'state state-degraded', nothing: 'state state-known-down' };
const otherClass: Readonly<Record<Exclude<Check['state'], 'failing'>, string>> = { ok: 'state state-up', waiting: 'state state-no-data', unknown: 'state state-not-observed', off: 'state state-paused' };

/** Class names of its mark: a failing check looks like what it makes of its device. */
export function checkClass(check: Pick<Check, 'state' | 'consequence'>): string {
  return check.state === 'failing' ? failingClass[check.consequence] : otherClass[check.state];
}

/** Its state in a word or two. Nobody asks a heartbeat: it has words of its own. `t` is of the "devices" texts. */
export function checkStateWords(check: Pick<Check, 'state' | 'kind'>, t: Words): string {
  return t(`checks.${check.kind === 'heartbeat' ? 'heartbeatState' : 'state'}.${check.state}`);
}

/** Where of the network a device calls for its heartbeat. `anyHost` stands for this computer while the console listens on all of its addresses. */
export function heartbeatOrigin(settings: { readonly address: string; readonly port: number }, anyHost: string): string {
  const listensOnAll = settings.address === '0.0.0.0' || settings.address === '::';
  const host = listensOnAll ? anyHost : settings.address.includes(':') ? `[${settings.address}]` : settings.address;
  return `http://${host}:${settings.port}`;
}
