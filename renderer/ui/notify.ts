/** A sentence in the corner for something that was done or has failed. Never for alerts: those have their own screen. */
import { notifications } from '@mantine/notifications';
import { AppError } from '../../shared/rpc/contract.ts';
import { errorSentence } from './error-sentence.ts';

/** The corner holds four sentences and lets the rest wait: failures, which stay, must leave room for what is told next. */
const mostFailures = 3;

/** The failures on screen, the oldest first. */
let failures: readonly { readonly id: string; readonly message: string }[] = [];

/** `message` is already translated. */
export function notify(message: string): void {
  notifications.show({ message, color: 'teal', autoClose: 4_000 });
}

/** Says a failure; stays until closed, or until newer failures take its place. What is not an AppError is a bug and is thrown on: in a promise it becomes an unhandled rejection. */
export function notifyError(error: unknown): void {
  if (!(error instanceof AppError)) throw error;
  const message = errorSentence(error);
  const outdated = [...failures.filter(each => each.message === message), ...failures.filter(each => each.message !== message).slice(0, -(mostFailures - 1))];
  for (const { id } of outdated) notifications.hide(id);
  const id = notifications.show({ message, color: 'red', autoClose: false, onClose: closed => void (failures = failures.filter(each => each.id !== closed.id)) });
  failures = [...failures, { id, message }];
}
