import { sentence } from '@srm/schemas/sentences';
import { moment } from './text.ts';
import type { Lang } from './words.ts';

/** A sentence of the server in the language of who reads it, its times in their short form. */
export const told = (text: string, lang: Lang): string => sentence(text, lang, moment);

/** Sentences that stand beside each other, as one. */
export const beside = (sentences: readonly string[], lang: Lang): string =>
  sentences.filter((one) => one !== '').join(lang === 'zh' ? '；' : '; ');

/** `cart: not ready`, in Chinese with its own colon. */
export const named = (name: string, text: string, lang: Lang): string => `${name}${lang === 'zh' ? '：' : ': '}${text}`;
