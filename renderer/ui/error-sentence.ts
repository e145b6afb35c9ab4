/** What went wrong, as one sentence in the user's language, and which fields it is about. */
import i18n from 'i18next';
import { z } from 'zod';
import { isConnectionLost } from '../../shared/rpc/client.ts';
import type { AppError } from '../../shared/rpc/contract.ts';

const Issues = z.array(z.object({ path: z.array(z.union([z.string(), z.number()])), message: z.string() }));

/**
 * The engine's sentences are English and exact. In another language the kind of failure is said in that language, and the
 * exact sentence follows.
 */
export function errorSentence(error: AppError): string {
  if (isConnectionLost(error)) return i18n.t('errors.lost');
  const kind = i18n.t(`errors.${error.code}`);
  const exact = firstIssue(error) ?? error.message;
  if (error.code === 'cancelled') return kind;
  return i18n.language.startsWith('en') ? exact : `${kind} ${exact}`;
}

/**
 * The sentences of an `invalid-input` failure by field name: the last word of each path, so `patch.address` is `address`; within a list also its name and the
 * place in it, so `patch.checks.0.port` is `checks.0.port`. Empty when the failure is about no field.
 */
export function fieldErrors(error: AppError | null): Readonly<Record<string, string>> {
  const issues = error?.code === 'invalid-input' ? Issues.safeParse(error.detail) : undefined;
  const entries = (issues?.data ?? []).flatMap(issue => {
    const field = fieldOf(issue.path);
    return field === undefined ? [] : [[field, issue.message] as const];
  });
  return Object.fromEntries(entries.reverse()); // The first sentence about a field is the one that stays.
}

function fieldOf(path: readonly (string | number)[]): string | undefined {
  const place = path.findIndex((part, index) => typeof part === 'number' && typeof path[index + 1] === 'string');
  return place > 0 ? path.slice(place - 1).join('.') : path.findLast(part => typeof part === 'string');
}

function firstIssue(error: AppError): string | undefined {
  return error.code === 'invalid-input' ? Issues.safeParse(error.detail).data?.[0]?.message : undefined;
}
