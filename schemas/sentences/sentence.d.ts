/** A sentence of SRM in a language. `moment`: how the times in it are written. What is not known is told as it came, in English. */
export declare const sentence: (text: string, language: 'en' | 'zh', moment: (time: string) => string) => string;

/** The word for a value of a kind of terms, as in `term('phase', 'deploy', 'zh')`. What is not known stays as it is. */
export declare const term: (name: 'kind' | 'phase' | 'done' | 'status', value: string, language: 'en' | 'zh') => string;
