import { z } from 'zod';
import { BranchRow } from '../model/branch.ts';
import { live } from '../rpc/contract.ts';

export const branches = {
  'branches.live': live(z.object({}), BranchRow),
};
