/** Every schema step ever shipped, in order. A shipped migration is never edited. */
import type { Migration } from '../migrate.ts';
import { initial } from './0001-initial.ts';

export const migrations: readonly Migration[] = [initial];
