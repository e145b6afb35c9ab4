/** What is wrong with recipients, told when they are saved. */
import { describe, expect, test } from 'vitest';
import { TargetInput } from '../../../shared/model/notification.ts';
import { checkTarget } from './check-target.ts';

const check = (config: object, secret?: string | null, hasSecret = false): Promise<string | null> => checkTarget(TargetInput.parse({ name: 'NOC', config, ...(secret === undefined ? {} : { secret }) }), hasSecret);
const email = { kind: 'email', host: 'mail.bank.example', from: 'noc@bank.example', to: ['duty@bank.example'] };

describe('a recipient is checked when it is saved:', () => {
  test('what it needs it has, or has already', async () => {
    expect(await Promise.all([
      check({ kind: 'desktop' }), check(email), check({ ...email, user: 'noc' }), check({ ...email, user: 'noc' }, 'pw'), check({ ...email, user: 'noc' }, undefined, true), check({ ...email, host: 'smtp://mail' }), check({ ...email, host: '192.0.2.25' }),
      check({ kind: 'telegram', chatId: '-1001' }), check({ kind: 'telegram', chatId: '-1001' }, null, true), check({ kind: 'telegram', chatId: '@noc' }, '123:abc'), check({ kind: 'telegram', chatId: 'noc' }, '123:abc'), check({ kind: 'telegram', chatId: '1' }, 'a b'),
      check({ kind: 'slack' }), check({ kind: 'slack' }, 'hooks.slack.example/x'), check({ kind: 'teams' }, 'https://192.0.2.1/x'), check({ kind: 'mattermost' }, undefined, true),
    ])).toEqual([
      null, null, 'A user name of a mail server needs its password.', null, null, 'That is not the name or address of a mail server; write one such as mail.bank.example.', null,
      'A Telegram recipient needs the token of its bot.', 'A Telegram recipient needs the token of its bot.', null, 'A Telegram chat is a number such as -1001234567890, or the name of a channel such as @noc.', 'That is not the token of a Telegram bot; it looks like 123456:ABC-DEF.',
      'A Slack recipient needs the address of its webhook.', 'That is not the address of a Slack webhook; write one that begins with https://.', null, null,
    ]);
  });
});

describe('a template', () => {
  const hook = (template: string, contentType = 'text/plain'): Promise<string | null> => check({ kind: 'webhook', url: 'https://192.0.2.1/', template, contentType });
  const fails = (problem: string): string => `The template has an error: ${problem}.`;

  const cases: readonly (readonly [string, string, string | null])[] = [
    ['none', '', null],
    ['that names what there is', '{{ message.title }} {% if message.branch %}{{ message.branch }}{% endif %} {{ messages | size }} {{ message.atIso | date: "%H:%M" }} {{ delivery }} {{ subject }} {{ text }}', null],
    ['with a misspelt name', 'one\ntwo {{ message.titel }}', fails('line 2: undefined variable: message.titel')],
    ['with an unknown filter', '{{ message.title | jsn }}', fails('line 1: undefined filter: jsn')],
    ['with an unknown tag', 'a\n\n{% iff x %}', fails('line 3: tag "iff" not found')],
    ['that does not end', '{% if message.title %}', fails('line 1: tag {% if message.title %} not closed')],
    ['that reads files', '{% include "/etc/passwd" %}', fails('line 1: tag "include" not found')],
    ['that looks behind things', '{{ message.constructor }}', fails('line 1: undefined variable: message.constructor')],
    ['that needs too much memory', '{% for i in (1..100000000) %}x{% endfor %}', fails('line 1: it needs too much memory')],
    ['that takes too long', '{% for i in (1..90000) %}{% for j in (1..900) %}{{ message.kind }}{% endfor %}{% endfor %}', fails('line 1: it takes too long')],
    ['that makes too much', `{% for i in (1..900) %}${'x'.repeat(1_000)}{% endfor %}`, fails('it makes more than 256 kB')],
  ];
  test.each(cases)('%s', async (_, template, problem) => {
    expect(await hook(template)).toBe(problem);
  });

  test('of JSON makes JSON of any message: of quotes, of what is not there, of several', async () => {
    const json = 'application/json';
    const advice = /^The template has an error: it makes no JSON \(.*\); write texts as \{\{ message\.title \| json \}\}, without quotes around\.$/;
    expect(await Promise.all([
      hook('{"title": {{ message.title | json }}, "closed": {{ message.closedAt | json }}, "all": {{ messages | json }}}', json), hook('{"title": "{{ message.title }}"}', json), hook('{"closed": {{ message.closedAt }}}', 'application/vnd.x+json; charset=utf-8'),
      hook('{"branch": {{ message.branch }}}', json), hook('[{% for each in messages %}{{ each.kind | json }}{% endfor %}]', json), hook('{{ message.title }}', 'text\nplain'), hook('', 'json'),
    ])).toEqual([null, expect.stringMatching(advice), expect.stringMatching(advice), expect.stringMatching(advice), expect.stringMatching(advice), 'That is not a content type; write one such as application/json.', 'That is not a content type; write one such as application/json.']);
  });
});
