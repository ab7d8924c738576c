/** The part of MongoDB's collection API that SRM uses, in method syntax so that MongoDB's own `Collection` satisfies it. */
export type Filter = Readonly<Record<string, unknown>>;
export type Update = Readonly<{
  $set?: object;
  $unset?: object;
  $inc?: object;
  $setOnInsert?: object;
  $push?: object;
  $addToSet?: object;
  $max?: object;
}>;
export type FindOptions = Readonly<{ sort?: Record<string, 1 | -1>; limit?: number; skip?: number; projection?: Record<string, 0 | 1> }>;
export type IndexOptions = Readonly<{ name?: string; unique?: boolean; partialFilterExpression?: Filter }>;

export interface Found<T> {
  toArray(): Promise<T[]>;
}

export interface Collection<T extends { _id: string }> {
  findOne(filter: Filter, options?: FindOptions): Promise<T | null>;
  find(filter: Filter, options?: FindOptions): Found<T>;
  countDocuments(filter: Filter): Promise<number>;
  /** Rejects with a duplicate-key error (see isDuplicateKey) when the _id, or a unique index, has it already. */
  insertOne(document: T): Promise<unknown>;
  updateOne(filter: Filter, update: Update, options?: { upsert?: boolean }): Promise<{ matchedCount: number; modifiedCount: number }>;
  updateMany(filter: Filter, update: Update): Promise<{ matchedCount: number; modifiedCount: number }>;
  replaceOne(filter: Filter, document: T, options?: { upsert?: boolean }): Promise<{ matchedCount: number; modifiedCount: number }>;
  deleteOne(filter: Filter): Promise<{ deletedCount: number }>;
  deleteMany(filter: Filter): Promise<{ deletedCount: number }>;
  createIndex(keys: Record<string, 1 | -1>, options?: IndexOptions): Promise<unknown>;
}

/** Every write that resolves is durable. */
export interface Documents {
  collection<T extends { _id: string }>(name: string): Collection<T>;
}

/** MongoDB's code 11000, which the embedded documents use too. */
export const isDuplicateKey = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 11000;
