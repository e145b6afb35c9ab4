/** Chips that narrow a list: only what is pressed is shown, and with none pressed everything is. */
import type { ReactElement } from 'react';

type Props<Value extends string> = {
  /** Names the group. */
  readonly label: string;
  readonly options: readonly {
    readonly value: Value;
    readonly label: string;
    /** Class names of its mark: `state state-down`. */
    readonly mark: string;
    /** How many rows it stands for, where that is known. */
    readonly count?: number | undefined;
  }[];
  readonly chosen: readonly Value[];
  readonly onChange: (chosen: readonly Value[]) => void;
};

export function FilterChips<Value extends string>({ label, options, chosen, onChange }: Props<Value>): ReactElement {
  const toggle = (value: Value): void => onChange(chosen.includes(value) ? chosen.filter(each => each !== value) : [...chosen, value]);
  return (
    <div className="chips" role="group" aria-label={label}>
      {options.map(option => (
        <button key={option.value} type="button" className="chip" aria-pressed={chosen.includes(option.value)} onClick={() => toggle(option.value)}>
          <span className={option.mark}>{option.label}</span>
          {option.count === undefined ? null : <span className="chip-count figures">{option.count}</span>}
        </button>
      ))}
    </div>
  );
}
