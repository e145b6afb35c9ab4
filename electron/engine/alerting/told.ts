/** What each recipient has been told of each incident: the memory of the conversations that are open. */
import { z } from 'zod';
import { IncidentId, TargetId } from '../../../shared/model/ids.ts';
import { incidentKinds } from '../../../shared/model/incident.ts';
import { Severity } from '../../../shared/model/rule.ts';

/** An open conversation. It ends with the closing message, or with the recipient. */
export const Told = z.object({
  /** The worst that was told. */
  severity: Severity,
  kinds: z.array(z.enum(incidentKinds)),
  /** It was told to come and go, and not yet how that ended. */
  flapping: z.boolean(),
});
export type Told = z.output<typeof Told>;

/** `told` null: the conversation is over. */
export type ToldChange = { readonly incidentId: IncidentId; readonly targetId: TargetId; readonly told: Told | null };

const Row = z.object({ incidentId: IncidentId, targetId: TargetId, told: Told });

export class ToldBook {
  readonly #incidents = new Map<IncidentId, Map<TargetId, Told>>();

  /** From what is stored. */
  static from(rows: readonly unknown[]): ToldBook {
    const book = new ToldBook();
    book.apply(z.array(Row).parse(rows));
    return book;
  }

  /** The incidents of which someone waits for the end: each must be given to `plan`, also long after it was closed. */
  get incidents(): IterableIterator<IncidentId> {
    return this.#incidents.keys();
  }

  of(incidentId: IncidentId): ReadonlyMap<TargetId, Told> | undefined {
    return this.#incidents.get(incidentId);
  }

  apply(changes: readonly ToldChange[]): void {
    for (const { incidentId, targetId, told } of changes) {
      const targets = this.#incidents.get(incidentId) ?? new Map<TargetId, Told>();
      if (told) targets.set(targetId, told);
      else targets.delete(targetId);
      if (targets.size > 0) this.#incidents.set(incidentId, targets);
      else this.#incidents.delete(incidentId);
    }
  }
}
