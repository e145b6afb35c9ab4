/** A word by which devices are grouped across branches and types: "core", "vip". Lower case, so that one tag is one tag. */
import { z } from 'zod';

const sentence = 'A tag is a word of at most 40 letters, digits, hyphens and underscores.';
export const Tag = z.string({ error: sentence }).trim().toLowerCase().regex(/^[\p{L}\p{N}_-]{1,40}$/u, sentence);
