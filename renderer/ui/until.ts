/** Until when something holds, as a person chooses it. */
import { momentOf } from './moment-text.ts';

/** Lengths from now, the next morning, a moment of one's own, or no end at all. */
export type UntilChoice = 'never' | '15min' | '1h' | '4h' | 'morning' | '7d' | '30d' | 'own';

/** `own`: what was written, read only where the choice is one's own. */
export type Until = { readonly choice: UntilChoice; readonly own: string };

/** `at` null: no end. */
type UntilMoment = { readonly at: number | null } | { readonly problem: 'unreadable' | 'past' };

const lengthsMs = { '15min': 900_000, '1h': 3_600_000, '4h': 14_400_000, '7d': 604_800_000, '30d': 2_592_000_000 } as const;
const morningHour = 8;

/** In the zone of this computer; `now` is UTC ms. */
export function untilMoment({ choice, own }: Until, now: number): UntilMoment {
  switch (choice) {
    case 'never':
      return { at: null };
    case 'morning': {
      const day = new Date(now);
      return { at: new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1, morningHour).getTime() };
    }
    case 'own': {
      const at = momentOf(own);
      if (at === null) return { problem: 'unreadable' };
      return at > now ? { at } : { problem: 'past' };
    }
    default:
      return { at: now + lengthsMs[choice] };
  }
}
