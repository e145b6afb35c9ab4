/** Which dialogs stand over the page: one press of Escape closes the topmost thing and nothing below it. */
import { useEffect } from 'react';

let open = 0;

/** Counts a dialog while it is open, and gives the focus back where the dialog is not there any more to do so itself. */
export function useOpenDialog(opened: boolean): void {
  useEffect(() => {
    if (!opened) return;
    open++;
    const focusedBefore = document.activeElement;
    const closed = (): void => {
      open--;
      if (document.activeElement === document.body && focusedBefore instanceof HTMLElement) focusedBefore.focus({ preventScroll: true });
    };
    // Later, because the press of Escape that closes the dialog is still on its way to what lies below.
    return () => void setTimeout(closed);
  }, [opened]);
}

export function isDialogOpen(): boolean {
  return open > 0;
}
