import { z } from 'zod';
import { BranchRow } from '../model/branch.ts';
import { live } from '../rpc/contract.ts';

export const branches = {
  /** Every branch, with how many of its devices are how. */
  'branches.live': live(z.object({}), BranchRow),
};
