/** A sentence in the corner for something that was done or has failed. Never for alerts: those have their own screen. */
import { notifications } from '@mantine/notifications';
import { AppError } from '../../shared/rpc/contract.ts';
import { errorSentence } from './error-sentence.ts';

/** `message` is already translated. */
export function notify(message: string): void {
  notifications.show({ message, color: 'teal', autoClose: 4_000 });
}

/** Says a failure; stays until closed. What is not an AppError is a bug and rises to the error boundary's handler. */
export function notifyError(error: unknown): void {
  if (!(error instanceof AppError)) throw error;
  notifications.show({ message: errorSentence(error), color: 'red', autoClose: false });
}
