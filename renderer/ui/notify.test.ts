import { notificationsStore } from '@mantine/notifications';
import i18n from 'i18next';
import { beforeAll, expect, test } from 'vitest';
import { AppError } from '../../shared/rpc/contract.ts';
import { notify, notifyError } from './notify.ts';

const said = (): unknown[] => notificationsStore.getState().notifications.map(each => each.message);
const fail = (message: string): void => notifyError(new AppError('conflict', message));

beforeAll(() => i18n.init({ lng: 'en', resources: {} }));

test('failures that nobody closed leave room for what is told next, and the same one stands once', () => {
  for (const message of ['one', 'two', 'three', 'two', 'four']) fail(message);
  notify('done');
  expect(said()).toEqual(['three', 'two', 'four', 'done']);
});

test('what is not an AppError is thrown on', () => {
  expect(() => notifyError(new TypeError('a bug'))).toThrow('a bug');
});
