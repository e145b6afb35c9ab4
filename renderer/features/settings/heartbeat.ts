/** The listener for heartbeats, as its settings show it. */
import { settingGroups } from '../../../shared/model/settings.ts';

/** An address that can be listened on: an IPv4 or IPv6 address of this computer, or 0.0.0.0 for all. */
export function isListenAddress(text: string): boolean {
  return settingGroups.heartbeat.shape.address.safeParse(text.trim()).success;
}

/** The engine's sentence about the listener; polling reports it among its other troubles, of which the first word tells it. Null while it listens. */
export function listenerProblem(pollingMessage: string | null): string | null {
  return pollingMessage !== null && /heartbeat/i.test(pollingMessage) ? pollingMessage : null;
}
