import i18n from 'i18next';
import { beforeEach, describe, expect, test } from 'vitest';
import { connectionLost } from '../../shared/rpc/client.ts';
import { AppError } from '../../shared/rpc/contract.ts';
import { startTexts } from '../i18n.ts';
import { errorSentence, fieldErrors } from './error-sentence.ts';

const diskFull = 'Not saved. The disk is full: free some space.';

describe('the sentence of a failure', () => {
  beforeEach(() => startTexts('en'));

  test('what the engine says about itself is shown as it said it', () => {
    expect(errorSentence(new AppError('unavailable', diskFull))).toBe(diskFull);
  });

  test('only a lost connection is told as one', () => {
    expect(errorSentence(connectionLost())).toBe(i18n.t('errors.lost'));
  });

  test('another language names the kind of failure first, and then what the engine said', async () => {
    await i18n.changeLanguage('ka');
    expect([errorSentence(new AppError('unavailable', diskFull)), errorSentence(connectionLost())]).toEqual([`${i18n.t('errors.unavailable')} ${diskFull}`, i18n.t('errors.lost')]);
    expect(i18n.t('errors.unavailable')).not.toBe(i18n.t('errors.lost'));
  });
});

test('a field has its first sentence, under the last name of its path', () => {
  const detail = [{ path: ['patch', 'address'], message: 'Not an address.' }, { path: ['patch', 'address'], message: 'Too long.' }, { path: ['patch', 'ports', 0], message: 'Not a port.' }, { path: ['patch', 'checks', 2, 'port'], message: 'No such port.' }];
  expect(fieldErrors(new AppError('invalid-input', 'Wrong.', detail))).toEqual({ address: 'Not an address.', ports: 'Not a port.', 'checks.2.port': 'No such port.' });
});
