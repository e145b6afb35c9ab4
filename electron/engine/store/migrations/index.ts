/** Every schema step ever shipped, in order. A shipped migration is never edited. */
import type { Migration } from '../migrate.ts';
import { initial } from './0001-initial.ts';
import { observation } from './0002-observation.ts';
import { checks } from './0003-checks.ts';
import { history } from './0004-history.ts';
import { alerting } from './0005-alerting.ts';

export const migrations: readonly Migration[] = [initial, observation, checks, history, alerting];
