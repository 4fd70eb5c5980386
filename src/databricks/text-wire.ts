import { z } from 'zod';

/** A text that may be absent or null: then it is empty. */
export const optionalText = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

/** An id that arrives as a number or as text, read as text; absent is empty. */
export const optionalId = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value == null ? '' : String(value)));

/** Epoch ms as a number or as text. */
export const optionalMs = z
  .union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
  .nullish()
  .transform((value) => value ?? null);
