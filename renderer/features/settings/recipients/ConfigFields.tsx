/** Where and how one kind of recipient is told. */
import { Checkbox, NumberInput, PasswordInput, Select, TagsInput, Text, Textarea, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { DesktopPermission } from './DesktopPermission.tsx';
import { secretOf, type TargetDraft } from './target-draft.ts';

type Props = {
  readonly draft: TargetDraft;
  readonly set: (part: Partial<TargetDraft>) => void;
  /** Sentences by the contract's name of the field. */
  readonly problems: Readonly<Record<string, string>>;
  /** One is stored for this kind. */
  readonly hasSecret: boolean;
};

const below: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error'];
const sounds = ['chime', 'alarm', 'siren'] as const;
const securities = ['starttls', 'tls', 'none'] as const;
const methods = ['POST', 'PUT'] as const;

export function ConfigFields(props: Props): ReactElement | null {
  const { t } = useTranslation('recipients');
  const { draft, set, problems } = props;
  const text = (field: 'host' | 'user' | 'from' | 'chatId' | 'apiUrl' | 'url' | 'contentType', className = '', placeholder = ''): ReactElement => (
    <TextInput className={className} label={t(`field.${field}`)} placeholder={placeholder} value={draft[field]} onChange={event => set({ [field]: event.currentTarget.value })} error={problems[field]} autoComplete="off" spellCheck={false} />
  );
  switch (draft.kind) {
    case 'desktop':
      return <DesktopPermission />;
    case 'sound':
      return (
        <div className="recipient-row">
          <Select label={t('field.sound')} value={draft.sound} data={sounds.map(value => ({ value, label: t(`sound.${value}`) }))} allowDeselect={false} onChange={value => set({ sound: sounds.find(each => each === value) ?? draft.sound })} />
          <Text size="xs" c="dimmed" className="wide" mt={28}>
            {t('soundHint')}
          </Text>
        </div>
      );
    case 'email':
      return (
        <>
          <div className="recipient-row">
            {text('host', '', 'mail.bank.example')}
            <NumberInput label={t('field.port')} value={draft.port} onChange={port => set({ port })} allowDecimal={false} allowNegative={false} clampBehavior="none" thousandSeparator={false} hideControls error={problems['port']} />
            <Select
              label={t('field.security')}
              value={draft.security}
              data={securities.map(value => ({ value, label: t(`security.${value}`) }))}
              allowDeselect={false}
              onChange={value => set({ security: securities.find(each => each === value) ?? draft.security })}
            />
            {text('user', 'half')}
            <SecretField {...props} className="half" />
            {text('from', '', 'noc@bank.example')}
            <TagsInput className="wide" label={t('field.to')} placeholder={draft.to.length === 0 ? 'duty@bank.example' : ''} value={[...draft.to]} onChange={to => set({ to })} acceptValueOnBlur maxTags={50} splitChars={[',', ';', ' ']} error={problems['to']} />
          </div>
          {draft.security === 'none' ? (
            <Text size="xs" className="attention">
              {t('inTheClear')}
            </Text>
          ) : null}
        </>
      );
    case 'telegram':
      return (
        <div className="recipient-row">
          {text('chatId', 'half')}
          <SecretField {...props} className="half" />
          {text('apiUrl', 'whole')}
        </div>
      );
    case 'slack':
    case 'mattermost':
    case 'teams':
      return <SecretField {...props} />;
    case 'webhook':
      return (
        <>
          <div className="recipient-row">
            {text('url', 'wide', 'https://tickets.bank.example/hook')}
            <Select label={t('field.method')} value={draft.method} data={[...methods]} allowDeselect={false} onChange={value => set({ method: methods.find(each => each === value) ?? draft.method })} />
            <SecretField {...props} className="wide" />
            {text('contentType')}
          </div>
          <Textarea
            className="template-input"
            label={t('field.template')}
            description={t('field.templateHint')}
            inputWrapperOrder={below}
            value={draft.template}
            onChange={event => set({ template: event.currentTarget.value })}
            error={problems['template']}
            autosize
            minRows={2}
            maxRows={10}
            spellCheck={false}
          />
        </>
      );
    default:
      return draft.kind satisfies never;
  }
}

/** What goes in and never comes out. */
function SecretField({ draft, set, problems, hasSecret, className = '' }: Props & { readonly className?: string }): ReactElement | null {
  const { t } = useTranslation('recipients');
  const secret = secretOf(draft.kind);
  if (secret === null) return null;
  return (
    <div className={className}>
      <PasswordInput
        label={t(`secret.${secret}`)}
        placeholder={t(hasSecret ? 'secret.kept' : secret === 'password' || secret === 'key' ? 'secret.none' : 'secret.needed')}
        value={draft.secret}
        onChange={event => set({ secret: event.currentTarget.value })}
        error={problems['secret']}
        disabled={draft.forgetSecret}
        autoComplete="new-password"
      />
      {hasSecret && (secret === 'password' || secret === 'key') ? <Checkbox mt={6} label={t('secret.forget')} checked={draft.forgetSecret} onChange={event => set({ forgetSecret: event.currentTarget.checked })} /> : null}
    </div>
  );
}
