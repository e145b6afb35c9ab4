/** Asks before a page with unsaved changes is left, by whatever way: its own button, the rail, a link, or the browser's Back. */
import { useLayoutEffect, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { askBeforeLeaving, goTo } from './navigation.ts';
import { ConfirmDialog } from '../ui/Dialog.tsx';

/** `unsaved`: whether anything would be lost. `message` says what. */
export function LeaveDialog({ unsaved, message }: { readonly unsaved: boolean; readonly message: string }): ReactElement {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState<string | null>(null);
  const [leaving, setLeaving] = useState(false);
  const asks = unsaved && !leaving;
  // Before the browser tells of a new address: what was just saved must not be asked about.
  useLayoutEffect(() => (asks ? askBeforeLeaving(setWanted) : undefined), [asks]);
  useLayoutEffect(() => {
    if (leaving && wanted !== null) goTo(wanted);
  }, [leaving, wanted]);
  return <ConfirmDialog opened={wanted !== null && !leaving} onClose={() => setWanted(null)} title={t('leave.title')} message={message} confirmLabel={t('leave.action')} destructive onConfirm={() => setLeaving(true)} />;
}
