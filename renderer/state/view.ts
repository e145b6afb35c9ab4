/** What the user chose about the look of things; kept in this browser. Nothing the engine knows is ever in here. */
import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import { systemLanguage, type Language } from '../i18n.ts';
import type { GridLayout } from '../ui/grid-column.ts';
import type { ShownState } from '../ui/shown-state.ts';

export type Theme = 'light' | 'dark' | 'system';

type Choices = {
  readonly theme: Theme;
  readonly language: Language;
  readonly railCollapsed: boolean;
  /** Only these states are shown; empty: all. */
  readonly deviceStates: readonly ShownState[];
  /** Only this branch; null: all. */
  readonly deviceBranch: string | null;
  /** Who sits here, as alerts are assigned to them; '' until it was told. */
  readonly ownName: string;
  /** Sections of the device form that stand open. */
  readonly openFolds: readonly string[];
  /** Arrangement of the columns by grid; a grid that was never arranged has none. */
  readonly layouts: Readonly<Record<string, GridLayout>>;
};

type View = Choices & {
  /** The words in the search box; not kept. */
  readonly search: string;
  /** Changes some of the choices. */
  choose(part: Partial<Choices & { readonly search: string }>): void;
  setLayout(grid: string, layout: GridLayout): void;
};

/** Select primitives, or one field at a time: `useView(view => view.theme)`. */
export const useView = create<View>()(
  persist(
    set => ({
      theme: 'system',
      language: systemLanguage(),
      railCollapsed: false,
      deviceStates: [],
      deviceBranch: null,
      ownName: '',
      openFolds: [],
      layouts: {},
      search: '',
      choose: part => set(part),
      setLayout: (grid, layout) => set(before => ({ layouts: { ...before.layouts, [grid]: layout } })),
    }),
    {
      name: 'ward-view',
      version: 1,
      storage: createJSONStorage(() => localStorage),
      partialize: ({ theme, language, railCollapsed, deviceStates, deviceBranch, ownName, openFolds, layouts }): Choices => ({ theme, language, railCollapsed, deviceStates, deviceBranch, ownName, openFolds, layouts }),
    },
  ),
);
