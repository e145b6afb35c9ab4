/** What an operation is: three kinds, zod schemas at both ends, a closed list of errors, and the pipe they travel on. */
import type { z } from 'zod';

type Any = z.ZodType;
type Query<I extends Any, O extends Any> = { readonly kind: 'query'; readonly input: I; readonly output: O };
type Command<I extends Any, O extends Any> = { readonly kind: 'command'; readonly input: I; readonly output: O };
type Live<I extends Any, R extends Any> = { readonly kind: 'live'; readonly input: I; readonly row: R };
type Operation = Query<Any, Any> | Command<Any, Any> | Live<Any, Any>;
export type Contract = Readonly<Record<string, Operation>>;

/** A question: changes nothing, answered once. */
export const query = <I extends Any, O extends Any>(input: I, output: O): Query<I, O> => ({ kind: 'query', input, output });
/** A change: serialised per domain, audited, refused on a read-only connection. Answers with the new value. */
export const command = <I extends Any, O extends Any>(input: I, output: O): Command<I, O> => ({ kind: 'command', input, output });
/** A set of rows keyed by `id` that keeps itself current. Every row schema has a string `id`. */
export const live = <I extends Any, R extends z.ZodType<{ id: string }>>(input: I, row: R): Live<I, R> => ({ kind: 'live', input, row });

type NamesOf<C extends Contract, Kind> = { [K in keyof C]: C[K]['kind'] extends Kind ? K : never }[keyof C] & string;
export type Asked<C extends Contract> = NamesOf<C, 'query' | 'command'>;
export type Watched<C extends Contract> = NamesOf<C, 'live'>;
/** What a caller passes, before defaults are filled in. */
export type Arg<C extends Contract, K extends keyof C> = z.input<C[K]['input']>;
/** What a handler receives, after parsing. */
export type Parsed<C extends Contract, K extends keyof C> = z.output<C[K]['input']>;
export type Answer<C extends Contract, K extends keyof C> = C[K] extends { output: infer O extends Any } ? z.output<O> : never;
export type RowOf<C extends Contract, K extends keyof C> = C[K] extends { row: infer R extends Any } ? z.output<R> : never;

/** What a live subscription delivers. The first batch has `reset: true` and is the whole set. */
export type Batch<R> = { readonly reset: boolean; readonly upsert: readonly R[]; readonly remove: readonly string[] };

/** One ordered, reliable message pipe. A MessagePort or a WebSocket becomes one in about ten lines. */
export type Pipe = {
  post(message: unknown): void;
  onMessage(receive: (message: unknown) => void): void;
  onClose(closed: () => void): void;
  close(): void;
};

export const errorCodes = ['invalid-input', 'not-found', 'conflict', 'forbidden', 'unavailable', 'cancelled', 'internal'] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** A failure the caller may act on; `message` is one sentence that says what to do. Anything else a handler throws is a bug and crosses the wire as 'internal'. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly detail: unknown;
  constructor(code: ErrorCode, message: string, detail?: unknown) {
    super(message);
    this.name = 'AppError';
    this.code = code;
    this.detail = detail;
  }
}

/** Caller to engine. `pull` asks for the next batch of a watched operation. */
export type Request =
  | { readonly t: 'ask'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly t: 'watch'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly t: 'pull'; readonly id: number }
  | { readonly t: 'end'; readonly id: number };

/** Engine to caller. */
export type Reply =
  | { readonly t: 'done'; readonly id: number; readonly value: unknown }
  | { readonly t: 'fail'; readonly id: number; readonly code: ErrorCode; readonly message: string; readonly detail?: unknown }
  | { readonly t: 'batch'; readonly id: number; readonly batch: Batch<unknown> };
